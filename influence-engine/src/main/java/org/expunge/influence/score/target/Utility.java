package org.expunge.influence.score.target;

import static com.google.common.base.Preconditions.checkArgument;

import java.util.Arrays;
import org.expunge.influence.data.Dataset;

/**
 * How badly a model does on validation rows: the mean over rows of a badness, 0 for a perfect model but for
 * {@link Kind#LOG_ODDS}, which is −∞ for one.
 *
 * @param kind what is averaged
 */
public record Utility(Kind kind) implements Target {
    /** What a row counts. */
    public enum Kind {
        /** The loss that the network is trained with. */
        LOSS,
        /** {@code 1 − p(label)}: the expected error, a smooth stand-in for 1 − accuracy. */
        EXPECTED_ERROR,
        /** {@code log (1 − p) / p} of the label: the margin, negated. Rows that are all but certain still count. */
        LOG_ODDS
    }

    @Override
    public String name() {
        return switch (kind) {
            case LOSS -> "loss";
            case EXPECTED_ERROR -> "expected-error";
            case LOG_ODDS -> "margin";
        };
    }

    @Override
    public TargetValue at(Outputs outputs, Dataset rows) {
        int m = outputs.rows();
        checkArgument(m >= 1, "the target %s needs validation rows, but there are none", name());
        double value = 0;
        double[][] derivative = new double[m][];
        for (int j = 0; j < m; j++) {
            value += value(outputs, rows, j) / m;
            double[] row = derivative(outputs, rows, j);
            Arrays.setAll(row, k -> row[k] / m);
            derivative[j] = row;
        }
        return new TargetValue(value, derivative);
    }

    private double value(Outputs outputs, Dataset rows, int row) {
        return switch (kind) {
            case LOSS -> outputs.loss(row);
            case EXPECTED_ERROR -> 1 - new Probabilities(name(), outputs).of(row, rows.label(row));
            case LOG_ODDS -> new Probabilities(name(), outputs).logOddsAgainst(row, rows.label(row));
        };
    }

    private double[] derivative(Outputs outputs, Dataset rows, int row) {
        return switch (kind) {
            case LOSS -> outputs.lossDerivative(row);
            case EXPECTED_ERROR -> negated(new Probabilities(name(), outputs).derivative(row, rows.label(row)));
            case LOG_ODDS -> new Probabilities(name(), outputs).logOddsAgainstDerivative(row, rows.label(row));
        };
    }

    private static double[] negated(double[] values) {
        Arrays.setAll(values, k -> -values[k]);
        return values;
    }
}
