package org.expunge.unlearning.method;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.expunge.unlearning.Guarantee;
import org.expunge.unlearning.Problems;
import org.expunge.unlearning.UnlearningMethod;
import org.expunge.unlearning.UnlearningResult;
import org.junit.jupiter.api.Test;

class RetrainTest extends UnlearningMethodContract {
    @Override
    protected UnlearningMethod method() {
        return new Retrain(Problems.recipe(engine), SEED);
    }

    @Test
    void trainsOnTheRemainingRowsAloneWithTheSameSeed() {
        List<String> seen = new ArrayList<>();
        Retraining recipe = Problems.recipe(engine);
        Retraining watched = (data, held, seed) -> {
            seen.addAll(data.ids());
            assertThat(seed).isEqualTo(SEED);
            return recipe.retrain(data, held, seed);
        };

        UnlearningResult result = new Retrain(watched, SEED).forget(trained(), rows, validation);

        assertThat(seen).isEqualTo(rows.retain().ids());
        assertThat(result.model().parameters())
                .isEqualTo(
                        recipe.retrain(rows.retain(), validation, SEED).model().parameters());
        assertThat(result.guarantee()).isEqualTo(Guarantee.EXACT);
        assertThat(result.details()).isEqualTo(new Retrain.Details(SEED, 60, 150));
        assertThat(result.cost().trainedRows()).isEqualTo(60 * 150);
    }
}
