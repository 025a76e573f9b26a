package org.expunge.unlearning.membership;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.IntStream;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.data.Features;
import org.expunge.influence.data.Shape;
import org.expunge.influence.data.Targets;
import org.junit.jupiter.api.Test;

class ClassMatchTest {
    @Test
    void picksAsManyTimesEachClassAsThePoolAllows() {
        Dataset wanted = labelled(0, 0, 1);
        Dataset pool = labelled(0, 1, 0, 1, 2, 0, 1, 0, 2, 0);

        ClassMatch match = ClassMatch.of(wanted, pool, 3);

        assertThat(match.isMatched()).isTrue();
        assertThat(match.rows()).hasSize(6).isSorted();
        assertThat(IntStream.of(match.rows()).filter(row -> pool.label(row) == 0))
                .hasSize(4);
        assertThat(IntStream.of(match.rows()).filter(row -> pool.label(row) == 1))
                .hasSize(2);
        assertThat(ClassMatch.of(wanted, pool, 3).rows()).isEqualTo(match.rows());
    }

    @Test
    void usesTheWholePoolWhereAClassRunsOut() {
        ClassMatch match = ClassMatch.of(labelled(2, 2, 1), labelled(0, 1, 2), 3);

        assertThat(match.isMatched()).isFalse();
        assertThat(match.rows()).containsExactly(0, 1, 2);
    }

    @Test
    void usesAllThatThereIsOfASingleClass() {
        ClassMatch match = ClassMatch.of(labelled(2, 2, 2), labelled(0, 2, 1, 2), 3);

        assertThat(match.isMatched()).isTrue();
        assertThat(match.rows()).containsExactly(1, 3);
    }

    @Test
    void usesTheWholePoolForRegression() {
        Dataset real =
                Dataset.of("real", Shape.flat(1), Features.of(new double[2], 1), Targets.real(new double[] {.5, 2}, 1));

        ClassMatch match = ClassMatch.of(real, real, 3);

        assertThat(match.isMatched()).isFalse();
        assertThat(match.rows()).containsExactly(0, 1);
    }

    private static Dataset labelled(int... labels) {
        return Dataset.of(
                "labelled", Shape.flat(1), Features.of(new double[labels.length], 1), Targets.classes(labels, 3));
    }
}
