package org.expunge.unlearning.method.dampening;

import java.util.stream.IntStream;
import org.expunge.influence.compute.Engine;
import org.expunge.influence.compute.Loss;
import org.expunge.influence.curvature.Labels;
import org.expunge.influence.curvature.factor.Diagonal;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.data.Targets;
import org.expunge.influence.network.Model;

/** What makes a parameter important for a row: the square of a derivative, averaged over rows. */
public enum Importance {
    /** Of the row's loss: the diagonal of the empirical Fisher matrix. */
    LOSS,
    /**
     * Of {@code ‖z‖²}, with z the logits: needs no labels. S. Foster, J. Fogarty, S. Schoepf, C. Öztireli and A.
     * Brintrup, "Loss-Free Machine Unlearning", 2024, take the derivative's mean size; its mean square ranks alike and
     * has the units of the other.
     */
    OUTPUT_NORM;

    /**
     * Measures every parameter.
     *
     * @param engine where it runs
     * @param data rows, at least 1
     * @return {@code p} numbers, 0 or more; no row's gradient is averaged with another's before it is squared
     */
    double[] of(Engine engine, Model model, Dataset data) {
        if (this == LOSS) {
            return Diagonal.fit(engine, model, data, Labels.EMPIRICAL).values();
        }
        // ‖z‖² is the squared error of z from 0
        int width = model.network().outputs();
        Dataset unlabelled = data.withTargets(Targets.real(new double[data.size() * width], width));
        Model squared = new Model(model.network().withLoss(Loss.SQUARED_ERROR), model.parameters(), model.statistics());
        return Diagonal.fit(engine, squared, unlabelled, Labels.EMPIRICAL).values();
    }

    /** Returns {@code (a · values + b · others) / (a + b)}: means over two sets of rows joined. */
    static double[] joined(double[] values, int a, double[] others, int b) {
        return IntStream.range(0, values.length)
                .mapToDouble(i -> (a * values[i] + b * others[i]) / (a + b))
                .toArray();
    }
}
