package org.expunge.cli.work;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class RepairCostTest {
    @Test
    void aRepairThatCostsMoreThanAPointIsWarnedOf() {
        assertThat(new RepairCost("label-correction", 0.969, 0.969, 0.947).warning())
                .hasValue("The model repaired by label-correction takes 94.7 % of the test rows for their class:"
                        + " 2.2 points less than the model trained again without the rows (96.9 %), and"
                        + " 2.2 points less than the model before (96.9 %). Without --repair the model trained again is the"
                        + " last one.");
        assertThat(new RepairCost("fine-tune", 0.9, 0.93, 0.91).warning().orElseThrow())
                .contains("2.0 points less than the model trained again")
                .doesNotContain("the model before");
        assertThat(new RepairCost("fine-tune", 0.93, 0.91, 0.91).warning().orElseThrow())
                .contains("2.0 points less than the model before");
    }

    @Test
    void aRepairAsGoodAsTheOthersIsNot() {
        assertThat(new RepairCost("fine-tune", 0.95, 0.953, 0.945).warning()).isEmpty();
        assertThat(new RepairCost("fine-tune", Double.NaN, Double.NaN, Double.NaN).warning())
                .isEmpty();
    }
}
