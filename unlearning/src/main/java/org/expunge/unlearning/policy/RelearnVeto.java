package org.expunge.unlearning.policy;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import org.expunge.influence.compute.Engine;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.network.Model;
import org.expunge.influence.training.Evaluator;
import org.expunge.influence.training.TrainingOptions;
import org.expunge.unlearning.ForgetSet;
import org.expunge.unlearning.membership.ClassMatch;
import org.expunge.unlearning.verify.RelearnTime;

/**
 * Turns down a model that learns the forgotten rows again more than twice as fast as rows of their classes that it
 * never saw: they were hidden, not forgotten. Needs no retrained model.
 */
final class RelearnVeto {
    private static final int MAX_EPOCHS = 20;
    private static final int FEWEST_EPOCHS = 5;
    private static final double FAILING_SHARE = 0.5;

    private final RelearnTime probe;
    private final Dataset forget;
    private final Dataset unseen;
    private final double target;

    RelearnVeto(Engine engine, TrainingOptions training, Model before, ForgetSet rows, Dataset validation, long seed) {
        this.probe = new RelearnTime(engine, new RelearnTime.Options(training, MAX_EPOCHS));
        int[] matched = ClassMatch.of(rows.forget(), validation, seed).rows();
        int count = Math.min(matched.length, rows.forget().size());
        this.forget = rows.forget();
        this.unseen = validation.select(Arrays.copyOf(matched, count));
        this.target = new Evaluator(engine).evaluate(before, forget).meanLoss();
    }

    /** Returns why a model is turned down, or nothing. */
    Optional<String> judge(Model after) {
        int ofUnseen = probe.epochs(after, unseen, target, 0);
        int ofForgotten = probe.epochs(after, forget, target, 0);
        return ofUnseen >= FEWEST_EPOCHS && ofForgotten < FAILING_SHARE * ofUnseen
                ? Optional.of(String.format(
                        Locale.ROOT,
                        "The rows come back after %d epochs, rows never seen after %d.",
                        ofForgotten,
                        ofUnseen))
                : Optional.empty();
    }

    /** Returns the most rows that a judgement trains on. */
    long trainedRows() {
        return (long) MAX_EPOCHS * (forget.size() + unseen.size());
    }
}
