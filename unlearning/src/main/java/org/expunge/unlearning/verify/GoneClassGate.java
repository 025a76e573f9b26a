package org.expunge.unlearning.verify;

import java.util.Locale;
import java.util.stream.IntStream;
import org.expunge.influence.data.Dataset;

/**
 * Asks whether a class of which no row remains is still recognised: a model that never saw it cannot. Fails where more
 * than a tenth of the forgotten rows of such classes are still called by their class. A pass says nothing of what else
 * the model knows of them.
 */
final class GoneClassGate implements Gate {
    private static final String NAME = "gone class";
    private static final double MAX_RECOGNISED = 0.1;

    @Override
    public boolean isAboutForgetting() {
        return false;
    }

    @Override
    public GateResult judge(Evidence evidence) {
        Dataset forget = evidence.forget();
        boolean[] isGone = ClassGate.gone(evidence);
        int[] rows = IntStream.range(0, forget.size())
                .filter(row -> forget.classes() > 0 && isGone[forget.label(row)])
                .toArray();
        if (rows.length == 0) {
            return new GateResult(NAME, Verdict.PASS, "Every class still has rows.");
        }
        double share = (double) IntStream.of(rows)
                        .filter(row -> evidence.after().forget().isCorrect(row))
                        .count()
                / rows.length;
        String figures = String.format(
                Locale.ROOT, "%.3f of %d rows are still called by it, limit %.3g.", share, rows.length, MAX_RECOGNISED);
        return share > MAX_RECOGNISED
                ? new GateResult(NAME, Verdict.FAIL, "A class without rows is still recognised: " + figures)
                : new GateResult(NAME, Verdict.PASS, "The class without rows is not recognised: " + figures);
    }
}
