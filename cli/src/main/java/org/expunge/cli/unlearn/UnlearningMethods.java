package org.expunge.cli.unlearn;

import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import org.expunge.unlearning.method.Retrain;

/** All methods of unlearning, by name. */
public final class UnlearningMethods {
    private static final List<MethodEntry> ALL = List.of(
            new MethodEntry("retrain", "train again without the rows: exact", true, UnlearningMethods::retrain),
            MethodEntry.of(
                    "influence",
                    "one damped Newton step over the whole network, repaired; nothing proved",
                    InfluenceMethods::influence),
            MethodEntry.of(
                    "generalized-influence",
                    "one step of influence on the parameters that answer the rows most",
                    SelectedMethods::generalizedInfluence),
            MethodEntry.of(
                    "l-codec",
                    "one Newton step on the units that the loss on the rows depends on",
                    SelectedMethods::lCodec),
            MethodEntry.of(
                    "delta-grad",
                    "the recorded training again without the rows, most steps approximated; sgd only",
                    SelectedMethods::deltaGrad),
            MethodEntry.of(
                    "label-correction",
                    "one step from wrong labels to true ones: poison of which a part was found",
                    InfluenceMethods::labelCorrection),
            MethodEntry.of(
                    "fine-tune", "training on with the rows that remain; forgets little", TuningMethods::fineTune),
            MethodEntry.of(
                    "neg-grad-plus",
                    "an epoch that raises the loss on the rows, then repair",
                    TuningMethods::negGradPlus),
            MethodEntry.of(
                    "random-label", "an epoch with wrong labels on the rows, then repair", TuningMethods::randomLabel),
            MethodEntry.of("scrub", "a student that leaves its teacher on the rows alone", TuningMethods::scrub),
            MethodEntry.of(
                    "ssd",
                    "parameters that matter most to the rows dampened; nothing trained",
                    TuningMethods::dampening),
            MethodEntry.of(
                    "auto",
                    "the first of these that is cheaper than retraining and passes its gates, else retrain",
                    AutoLadder::plan));

    /** The names, as candidates for an option's value. */
    public static final class Names implements Iterable<String> {
        @Override
        public Iterator<String> iterator() {
            return ALL.stream().map(MethodEntry::name).iterator();
        }
    }

    private UnlearningMethods() {}

    /**
     * Finds the method that {@code --method} names.
     *
     * @param name as on the command line
     * @throws IllegalArgumentException if there is none; the message lists all
     */
    public static MethodEntry named(String name) {
        return named("--method", name);
    }

    /**
     * Finds a method.
     *
     * @param option that names it, for the message
     * @param name as on the command line
     * @throws IllegalArgumentException if there is none; the message lists all
     */
    static MethodEntry named(String option, String name) {
        return ALL.stream()
                .filter(method -> method.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(
                        option + " must be one of " + String.join(", ", new Names()) + ", got " + name));
    }

    /** Returns a line a method: its name and what it is. */
    public static String[] lines() {
        return ALL.stream()
                .map(method -> String.format("  %-24s%s", method.name(), method.summary()))
                .toArray(String[]::new);
    }

    private static RemovalRecipe retrain(RemovalOptions options) {
        Optional<Long> seed = options.seed();
        return bench -> new Retrain(
                bench.retraining(), seed.orElseGet(() -> bench.recipe().seed()));
    }
}
