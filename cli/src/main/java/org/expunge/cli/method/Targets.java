package org.expunge.cli.method;

import static com.google.common.base.Preconditions.checkArgument;

import com.google.common.base.Splitter;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.expunge.cli.method.Plan.Recipe;
import org.expunge.influence.score.QuerySolver;
import org.expunge.influence.score.dropout.DropoutEnsemble;
import org.expunge.influence.score.target.AcrossBoundary;
import org.expunge.influence.score.target.DemographicParity;
import org.expunge.influence.score.target.EqualOpportunity;
import org.expunge.influence.score.target.GradientSigns;
import org.expunge.influence.score.target.Groups;
import org.expunge.influence.score.target.Robustness;
import org.expunge.influence.score.target.Target;
import org.expunge.influence.score.target.TargetInfluence;
import org.expunge.influence.score.target.Utility;

/** Numbers that inputs have together, in place of the loss of each. */
final class Targets {
    private static final String NAMES =
            "loss, expected-error, margin, demographic-parity, equal-opportunity and robustness";

    private Targets() {}

    /** Reads the options of a target, if one was named. */
    static Optional<Target> of(MethodOptions options) {
        return options.target().map(name -> {
            Target signed = signed(name, options);
            return options.isAbsolute() ? signed.absolute() : signed;
        });
    }

    private static Target signed(String name, MethodOptions options) {
        return switch (name) {
            case "loss" -> new Utility(Utility.Kind.LOSS);
            case "expected-error" -> new Utility(Utility.Kind.EXPECTED_ERROR);
            case "margin" -> new Utility(Utility.Kind.LOG_ODDS);
            case "demographic-parity" ->
                new DemographicParity(groups(options), options.positive().orElse(1));
            case "equal-opportunity" ->
                new EqualOpportunity(groups(options), options.positive().orElse(1));
            case "robustness" ->
                new Robustness(
                        options.epsilon().isPresent()
                                ? GradientSigns.oneStep(options.epsilon().get())
                                : AcrossBoundary.DEFAULT);
            default -> throw new IllegalArgumentException("--target is one of " + NAMES + ", not " + name);
        };
    }

    private static Groups groups(MethodOptions options) {
        List<String> parts = Splitter.on(':').splitToList(options.between().orElse(""));
        checkArgument(
                parts.size() == 3,
                "a gap needs two groups: --between COLUMN:FIRST:SECOND, as in --between sex:Male:Female");
        return new Groups(parts.get(0), parts.get(1), parts.get(2));
    }

    static Plan byInnerProduct(Target target) {
        return new Plan.Aim(bench -> (rows, inputs) ->
                TargetInfluence.innerProduct(bench.engine(), bench.model()).scores(target, rows, inputs));
    }

    static Plan byEnsemble(Target target, DropoutEnsemble ensemble) {
        return new Plan.Aim(bench -> (rows, inputs) -> TargetInfluence.ensemble(bench.engine(), bench.model(), ensemble)
                .scores(target, rows, inputs));
    }

    static Plan byInfluence(Target target, Recipe<Inversion> inversion) {
        return new Plan.Aim(bench -> {
            Supplier<QuerySolver> solvers = inversion.on(bench).solvers();
            return (rows, inputs) ->
                    TargetInfluence.with(bench.engine(), bench.model(), solvers).scores(target, rows, inputs);
        });
    }
}
