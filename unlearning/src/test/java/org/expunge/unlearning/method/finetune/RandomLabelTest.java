package org.expunge.unlearning.method.finetune;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.stream.IntStream;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.data.Features;
import org.expunge.influence.data.Shape;
import org.expunge.influence.data.Targets;
import org.expunge.unlearning.ForgetSet;
import org.expunge.unlearning.Problems;
import org.expunge.unlearning.UnlearningMethod;
import org.expunge.unlearning.method.CandidateSearch;
import org.expunge.unlearning.method.UnlearningMethodContract;
import org.expunge.unlearning.method.UtilityGuard;
import org.junit.jupiter.api.Test;

class RandomLabelTest extends UnlearningMethodContract {
    /** With two classes a random label is the opposite one, and few epochs teach it. */
    @Override
    protected UnlearningMethod method() {
        Tuning tuning =
                Tuning.DEFAULT.withSearch(CandidateSearch.Options.DEFAULT.withGuard(new UtilityGuard(0.1, 10, 10, 2)));
        return new RandomLabel(engine, RandomLabel.Options.DEFAULT.withTuning(tuning));
    }

    @Test
    void theGradientIsThatOfBothMeansUnderTheDrawnLabelsByFiniteDifferences() {
        RandomLabel.Options options = RandomLabel.Options.DEFAULT.withTuning(Tuning.DEFAULT.withBatchSize(1000));
        PairedObjective objective = new RandomLabel(engine, options).objective(rows, 0.6);
        Dataset joined = rows.retain().concat(rows.forget());
        Dataset relabelled = joined.withTargets(
                        new RandomLabels(60, options.tuning().seed()).of(joined, 0))
                .without(Problems.first(60));

        Objectives.check(
                engine,
                Objectives.smooth(3),
                objective,
                0,
                0,
                model -> 0.6 * Objectives.loss(engine, model, rows.retain())
                        + 0.4 * Objectives.loss(engine, model, relabelled));
    }

    @Test
    void labelsAreWrongUniformAndDrawnAnewEachEpoch() {
        int classes = 5;
        int forgotten = 2000;
        Dataset data = Dataset.of(
                "many",
                Shape.flat(1),
                Features.of(new double[forgotten + 1], 1),
                Targets.classes(
                        IntStream.rangeClosed(0, forgotten).map(i -> i % 2).toArray(), classes));
        RandomLabels labels = new RandomLabels(1, SEED);

        Targets first = labels.of(data, 0);
        int[] counts = new int[classes];
        int changed = 0;
        for (int row = 1; row <= forgotten; row++) {
            assertThat(first.label(row)).isNotEqualTo(data.label(row));
            counts[first.label(row)]++;
            changed += first.label(row) == labels.of(data, 1).label(row) ? 0 : 1;
        }

        // Four standard errors of a binomial count: classes 0 and 1 from half of the rows, the others from all.
        assertThat(counts[0]).isBetween(195, 305);
        assertThat(counts[3]).isBetween(422, 578);
        assertThat(changed).isBetween(1422, 1578);
        assertThat(first.label(0)).isEqualTo(data.label(0));
        assertThat(labels.of(data, 0).label(7)).isEqualTo(first.label(7));
    }

    @Test
    void refusesRowsWithoutClasses() {
        Dataset real = train.withTargets(Targets.real(new double[160], 2));

        assertThatThrownBy(() -> method().forget(trained(), ForgetSet.of(real, new int[] {1}), real))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("neg-grad-plus");
    }
}
