package org.expunge.cli.unlearn;

import java.util.Optional;
import org.expunge.cli.method.OptionSet;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** How a method of unlearning is set. Each takes a few of these; its page in docs/methods says which. */
public final class RemovalOptions extends OptionSet {
    @Option(
            names = "--seed",
            paramLabel = "N",
            description = "Decides what the method draws at random. Default: the seed of the run's recipe.")
    private @Nullable Long seed;

    @Option(
            names = "--period",
            paramLabel = "N",
            description = "delta-grad takes all gradients in one step of so many. Default: 5.")
    private @Nullable Integer period;

    /** Lets a method read its options, and refuses those that it does not take. */
    RemovalRecipe plan(MethodEntry method) {
        return reading("--method " + method.name(), () -> method.planner().apply(this));
    }

    Optional<Long> seed() {
        return take("--seed", seed);
    }

    Optional<Integer> period() {
        return take("--period", period);
    }
}
