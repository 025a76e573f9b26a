package org.expunge.unlearning;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.stream.IntStream;
import org.expunge.influence.data.Dataset;
import org.junit.jupiter.api.Test;

class ForgetRequestTest {
    private final Dataset train = Problems.noisyClasses("row", 5, 0, 1);

    @Test
    void cutsTheTrainingRowsInTwo() {
        ForgetSet rows = ForgetRequest.of(List.of("row3", "row0", "row3")).in(train);

        assertThat(rows.forget().ids()).containsExactly("row0", "row3");
        assertThat(rows.retain().ids()).containsExactly("row1", "row2", "row4");
        assertThat(rows.isEmpty()).isFalse();
    }

    @Test
    void namesTheIdsThatDoNotExist() {
        ForgetRequest request = ForgetRequest.of(List.of("row1", "nobody", "row9"));

        assertThatThrownBy(() -> request.in(train))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("2 of 3 row ids are not among the 5 training rows of row: nobody, row9;"
                        + " nothing was changed");
    }

    @Test
    void namesTenOfManyUnknownIds() {
        ForgetRequest request =
                ForgetRequest.of(IntStream.range(10, 40).mapToObj(i -> "x" + i).toList());

        assertThatThrownBy(() -> request.in(train))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("x19, …;")
                .hasMessageNotContaining("x20");
    }

    @Test
    void refusesToForgetNothing() {
        assertThatThrownBy(() -> ForgetRequest.of(List.of()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("at least one row id");
    }

    @Test
    void refusesToForgetEverything() {
        ForgetRequest request = ForgetRequest.of(train.ids());

        assertThatThrownBy(() -> request.in(train))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("all 5 training rows")
                .hasMessageContaining("delete the model");
    }
}
