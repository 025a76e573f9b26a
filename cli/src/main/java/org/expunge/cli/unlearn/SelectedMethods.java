package org.expunge.cli.unlearn;

import org.expunge.influence.score.generalized.UnitSelection;
import org.expunge.unlearning.deltagrad.DeltaGrad;
import org.expunge.unlearning.method.selected.GeneralizedInfluenceRemoval;

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
}
