package org.expunge.unlearning.verify;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.training.Evaluation;
import org.expunge.unlearning.membership.Moments;
import org.expunge.unlearning.membership.PairedDifference;

/**
 * Looks for classes that paid for the removal: fails where the accuracy on the test rows of one is clearly more than
 * the limit below the worse of the model before and the retrained ones. A harm that the rows cannot tell from none
 * passes: with many classes, some fall by chance in every model. Classes of which no row remains are left out.
 */
final class ClassGate implements Gate {
    private static final String NAME = "class utility";
    private static final int MIN_ROWS = 10;
    /** The chance of a false alarm that all classes share. */
    private static final double RISK = 0.05;

    private static final double Z95 = 1.96;

    @Override
    public boolean isAboutForgetting() {
        return false;
    }

    @Override
    public GateResult judge(Evidence evidence) {
        Dataset test = evidence.test();
        if (test.classes() == 0) {
            return new GateResult(NAME, Verdict.PASS, "There are no classes.");
        }
        List<String> harmed = new ArrayList<>();
        int judged = 0;
        double limit = evidence.options().maxClassAccuracyDrop();
        double wider = Math.sqrt(2 * Math.log(2 * test.classes() / RISK)) / Z95;
        for (int label = 0; label < test.classes(); label++) {
            int[] rows = rowsOf(test, label);
            if (rows.length < MIN_ROWS || rowsOf(evidence.retain(), label).length == 0) {
                continue;
            }
            judged++;
            PairedDifference fall = fall(evidence, rows);
            if (fall.mean() - wider * fall.halfWidth() > limit) {
                harmed.add(String.format(
                        Locale.ROOT,
                        "%s by %.3f ± %.3f",
                        test.classNames().get(label),
                        fall.mean(),
                        wider * fall.halfWidth()));
            }
        }
        return harmed.isEmpty()
                ? new GateResult(
                        NAME,
                        Verdict.PASS,
                        String.format(Locale.ROOT, "None of %d classes fell clearly by more than %.3g.", judged, limit))
                : new GateResult(
                        NAME,
                        Verdict.FAIL,
                        String.format(Locale.ROOT, "Classes fell by more than %.3g: ", limit)
                                + String.join("; ", harmed) + ".");
    }

    /** Returns, for each class, whether no row of it remains. */
    static boolean[] gone(Evidence evidence) {
        boolean[] isGone = new boolean[evidence.test().classes()];
        for (int label = 0; label < isGone.length; label++) {
            isGone[label] = rowsOf(evidence.retain(), label).length == 0;
        }
        return isGone;
    }

    /** Below the worst of the models that are allowed to be no better. */
    private static PairedDifference fall(Gate.Evidence evidence, int[] rows) {
        double[] worst = Stream.concat(Stream.of(evidence.before()), evidence.retrained().stream())
                .map(model -> correct(model.test(), rows))
                .min(Comparator.comparingDouble(Moments::mean))
                .orElseThrow();
        return PairedDifference.of(worst, correct(evidence.after().test(), rows));
    }

    /** Returns the accuracies behind the gate. */
    static List<ClassUtility> table(Evidence evidence) {
        Dataset test = evidence.test();
        return IntStream.range(0, test.classes())
                .filter(label -> rowsOf(test, label).length > 0)
                .mapToObj(label -> utility(evidence, test.classNames().get(label), label, rowsOf(test, label)))
                .toList();
    }

    private static ClassUtility utility(Evidence evidence, String name, int label, int[] rows) {
        return new ClassUtility(
                name,
                rows.length,
                rowsOf(evidence.retain(), label).length == 0,
                Moments.mean(correct(evidence.before().test(), rows)),
                Moments.mean(correct(evidence.after().test(), rows)),
                evidence.retrained().stream()
                        .map(model -> Moments.mean(correct(model.test(), rows)))
                        .toList());
    }

    private static int[] rowsOf(Dataset data, int label) {
        return IntStream.range(0, data.size())
                .filter(row -> data.label(row) == label)
                .toArray();
    }

    private static double[] correct(Evaluation evaluation, int[] rows) {
        return IntStream.of(rows)
                .mapToDouble(row -> evaluation.isCorrect(row) ? 1 : 0)
                .toArray();
    }
}
