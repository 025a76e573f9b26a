package org.expunge.cli.unlearn;

import static com.google.common.base.Preconditions.checkArgument;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.expunge.cli.method.Curvature;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.training.TrainingRun;
import org.expunge.unlearning.inversion.ClosedFormInverter;
import org.expunge.unlearning.inversion.Inverter;
import org.expunge.unlearning.inversion.KrylovInverter;
import org.expunge.unlearning.method.CorrectLabels;
import org.expunge.unlearning.method.InfluenceRemoval;
import org.expunge.unlearning.method.LabelCorrection;

/** Plans the methods that move the whole network by an inverse curvature. */
final class InfluenceMethods {
    private static final double TOLERANCE = 1e-4;
    private static final int PRODUCTS = 60;

    private InfluenceMethods() {}

    static RemovalRecipe influence(RemovalOptions options) {
        InfluenceRemoval.Options usual = InfluenceRemoval.Options.DEFAULT;
        InfluenceRemoval.Options given = usual.withInverter(inverter(options))
                .withRepairEpochs(options.repairEpochs().orElse(usual.repairEpochs()));
        return bench -> new InfluenceRemoval(bench.engine(), given.withWeightDecay(bench.decay()));
    }

    static RemovalRecipe labelCorrection(RemovalOptions options) {
        Optional<Path> labels = options.labels();
        Optional<Path> reference = options.reference();
        checkArgument(
                labels.isPresent() != reference.isPresent(),
                "--method label-correction needs the true labels: --labels FILE, or --reference DIR for a run that"
                        + " predicts them, one of the two");
        LabelCorrection.Options given = LabelCorrection.Options.DEFAULT.withInverter(inverter(options));
        return bench -> {
            CorrectLabels correct =
                    labels.isPresent() ? LabelFile.read(labels.get()) : predictions(bench, reference.orElseThrow());
            return new LabelCorrection(bench.engine(), correct, given.withWeightDecay(bench.decay()));
        };
    }

    /** A Hessian may be indefinite, which conjugate gradients do not bear. */
    private static Inverter inverter(RemovalOptions options) {
        Curvature curvature = options.curvature().orElse(Curvature.GAUSS_NEWTON);
        if (curvature.isFitted()) {
            return new ClosedFormInverter(ClosedFormInverter.Form.valueOf(curvature.name()));
        }
        return new KrylovInverter(
                KrylovInverter.Products.valueOf(curvature.name()),
                curvature == Curvature.HESSIAN ? KrylovInverter.Solver.MINRES : KrylovInverter.Solver.CG,
                TOLERANCE,
                PRODUCTS);
    }

    /** Predictions on the rows as the reference normalises them. */
    private static CorrectLabels predictions(RemovalBench bench, Path folder) throws IOException {
        TrainingRun reference = TrainingRun.open(folder);
        Dataset raw = bench.run().raw().train();
        checkArgument(
                reference.raw().train().classNames().equals(raw.classNames()),
                "%s has the classes %s, but the run has %s; the reference must be of the same data",
                folder,
                reference.raw().train().classNames(),
                raw.classNames());
        CorrectLabels predicted = CorrectLabels.predictedBy(bench.engine(), reference.model());
        return rows -> predicted.of(reference.normalizer().apply(raw.select(raw.rowsOf(rows.ids()))));
    }
}
