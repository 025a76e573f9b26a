package org.expunge.defense.identify;

/**
 * Whether the inputs taken for a class rest on a few training rows more often than clean ones do, by one statistic of
 * influence. Inputs can be far from all rows of their class without that: noise is. Whoever sends such inputs to have
 * honest rows blamed meets this test.
 *
 * <p>The share of inputs with a p-value at most the false-positive rate is held against that of calibration rows taken
 * for the class, which is drawn towards the nominal rate by as many rows as {@value #PRIOR_ROWS}: one binomial test.
 *
 * @param label the class
 * @param inputs inputs taken for it
 * @param conspicuous those that the statistic alone would flag
 * @param cleanRate share of clean inputs of this class that it would flag
 * @param pValue of at least as many under that rate
 * @param isSupported whether the p-value is at most {@value #LEVEL}
 */
public record LabelSupport(
        int label, int inputs, int conspicuous, double cleanRate, double pValue, boolean isSupported) {
    /** Level of the test: flags that it refutes are not acted on, so that it only ever lowers the rate of actions. */
    public static final double LEVEL = 0.05;

    /** Rows at the nominal rate that are added to those of the class, which may be few. */
    private static final int PRIOR_ROWS = 20;

    static LabelSupport of(
            int label, int inputs, int conspicuous, int cleanInputs, int cleanConspicuous, double nominal) {
        double rate = cleanRate(cleanInputs, cleanConspicuous, nominal);
        double p = BinomialTest.upperTail(conspicuous, inputs, rate);
        return new LabelSupport(label, inputs, conspicuous, rate, p, p <= LEVEL);
    }

    /** Returns the share of clean inputs of a class that is flagged, drawn towards the nominal rate. */
    static double cleanRate(int cleanInputs, int cleanFlagged, double nominal) {
        return (cleanFlagged + PRIOR_ROWS * nominal) / (cleanInputs + PRIOR_ROWS);
    }
}
