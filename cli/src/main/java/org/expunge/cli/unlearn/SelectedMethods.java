package org.expunge.cli.unlearn;

import static com.google.common.base.Preconditions.checkArgument;

import java.util.List;
import org.expunge.influence.score.generalized.UnitSelection;
import org.expunge.influence.training.Checkpoint;
import org.expunge.influence.training.TrainingRun;
import org.expunge.unlearning.deltagrad.DeltaGrad;
import org.expunge.unlearning.method.selected.GeneralizedInfluenceRemoval;
import org.expunge.unlearning.method.selected.LCodec;

/** Plans the methods that move some parameters, or follow a recorded training. */
final class SelectedMethods {
    private SelectedMethods() {}

    static RemovalRecipe deltaGrad(RemovalOptions options) {
        DeltaGrad.Options given =
                options.period().map(DeltaGrad.Options.DEFAULT::withPeriod).orElse(DeltaGrad.Options.DEFAULT);
        return bench -> new DeltaGrad(bench.engine(), bench.trajectory(), given);
    }

    static RemovalRecipe generalizedInfluence(RemovalOptions options) {
        UnitSelection usual = GeneralizedInfluenceRemoval.Options.DEFAULT.selection();
        UnitSelection selection = new UnitSelection(
                options.share().orElse(usual.share()),
                options.select().orElse(usual.importance()),
                usual.statistic(),
                options.seed().orElse(usual.seed()));
        GeneralizedInfluenceRemoval.Options given = GeneralizedInfluenceRemoval.Options.DEFAULT
                .withKind(options.approximation().orElse(Approximation.GIF).kind())
                .withSelection(selection);
        return bench -> new GeneralizedInfluenceRemoval(bench.engine(), given.withWeightDecay(bench.decay()));
    }

    static RemovalRecipe lCodec(RemovalOptions options) {
        LCodec.Options usual = LCodec.Options.DEFAULT;
        LCodec.Options given = options.seed()
                .map(seed -> usual.withBlanket(usual.blanket().withSeed(seed)))
                .orElse(usual);
        boolean isAsReleased = options.formula().orElse(Formula.INTENDED) == Formula.AS_RELEASED;
        return bench -> {
            LCodec.Options decayed = given.withWeightDecay(bench.decay());
            return isAsReleased
                    ? LCodec.asReleased(bench.engine(), decayed, trainingEnd(bench.run()))
                    : new LCodec(bench.engine(), decayed);
        };
    }

    private static LCodec.TrainingEnd trainingEnd(TrainingRun run) {
        List<Checkpoint> checkpoints = run.checkpoints();
        int last = checkpoints.size() - 1;
        checkArgument(
                last >= 1,
                "%s kept one checkpoint, but the step as released needs the last two; train with --checkpoints 2, or"
                        + " take --formula intended",
                run.path());
        Checkpoint end = checkpoints.get(last);
        return new LCodec.TrainingEnd(checkpoints.get(last - 1).model(), end.model(), end.batchSize(), false);
    }
}
