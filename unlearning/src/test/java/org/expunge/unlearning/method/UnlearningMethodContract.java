package org.expunge.unlearning.method;

import static org.assertj.core.api.Assertions.assertThat;

import org.expunge.influence.compute.Engine;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.network.Model;
import org.expunge.unlearning.Cost;
import org.expunge.unlearning.ForgetSet;
import org.expunge.unlearning.Problems;
import org.expunge.unlearning.UnlearningMethod;
import org.expunge.unlearning.UnlearningResult;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** What every method keeps to. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
public abstract class UnlearningMethodContract {
    /** Seed of the training. */
    protected static final long SEED = 5;

    protected final Engine engine = Problems.engine();
    protected final Dataset train = Problems.noisyClasses("train", 80, 0.2, 11);
    protected final Dataset validation = Problems.noisyClasses("validation", 150, 0.2, 12);
    protected final ForgetSet rows = ForgetSet.of(train, Problems.first(20));
    private Model trained =
            new Model(Problems.network(), new double[Problems.network().layout().length()], new double[0]);

    protected abstract UnlearningMethod method();

    /** What the model is trained by. */
    protected Retraining recipe() {
        return Problems.recipe(engine);
    }

    @BeforeAll
    void train() {
        trained = recipe().retrain(train, validation, SEED).model();
    }

    @AfterAll
    void closeEngine() {
        engine.close();
    }

    protected final Model trained() {
        return trained;
    }

    @Test
    void forgettingNothingGivesTheModelBackBitForBit() {
        UnlearningResult result = method().forget(trained, ForgetSet.of(train, new int[0]), validation);

        assertThat(result.outcome()).isEqualTo(UnlearningResult.Outcome.NOTHING_TO_REMOVE);
        assertThat(result.model()).isSameAs(trained);
        assertThat(result.cost()).isEqualTo(Cost.NONE);
    }

    @Test
    void theModelItWasGivenStaysAsItWas() {
        double[] before = trained.parameters();

        UnlearningResult result = method().forget(trained, rows, validation);

        assertThat(trained.parameters()).isEqualTo(before);
        assertThat(result.outcome()).isEqualTo(UnlearningResult.Outcome.REMOVED);
        assertThat(result.model().parameters()).isNotEqualTo(before);
        assertThat(result.method()).isEqualTo(method().name());
        assertThat(result.guarantee()).isEqualTo(method().guarantee());
    }

    @Test
    void theSameRequestGivesTheSameBits() {
        Model once = method().forget(trained, rows, validation).model();

        Model again = method().forget(trained, rows, validation).model();

        assertThat(again.parameters()).isEqualTo(once.parameters());
    }
}
