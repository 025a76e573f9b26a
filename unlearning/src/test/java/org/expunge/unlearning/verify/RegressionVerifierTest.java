package org.expunge.unlearning.verify;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Random;
import org.expunge.influence.compute.Engine;
import org.expunge.influence.compute.Loss;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.data.Features;
import org.expunge.influence.data.Shape;
import org.expunge.influence.data.Targets;
import org.expunge.influence.network.Model;
import org.expunge.influence.network.Network;
import org.expunge.influence.network.layer.Dense;
import org.expunge.unlearning.ForgetSet;
import org.expunge.unlearning.Problems;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Models {@code w x} of targets {@code x} plus noise: regression has losses and no accuracy. */
class RegressionVerifierTest {
    private final Engine engine = Problems.engine();
    private final ForgetSet rows = ForgetSet.of(line(80, 1), Problems.first(30));
    private final Dataset test = line(100, 2);
    private final Verifier verifier = new Verifier(engine, Verifier.Options.DEFAULT);

    @AfterEach
    void closeEngine() {
        engine.close();
    }

    @Test
    void comparesPredictionsBySquaredDifferenceAndHasNoTugOfWar() {
        Verification found = verifier.verify(slope(1.1), slope(1), rows, test, List.of(slope(1)));

        assertThat(found.closeness()).extracting(Closeness::measure).containsOnly("mean squared difference");
        assertThat(found.closeness()).extracting(Closeness::tow).containsOnlyNulls();
        assertThat(found.closeness().get(0).distance()).isGreaterThan(0);
        assertThat(found.after().test().accuracy()).isNull();
    }

    @Test
    void aLossThatRisesTooFarFails() {
        assertThat(utility(slope(5))).isEqualTo(Verdict.FAIL);
        assertThat(utility(slope(1.02))).isEqualTo(Verdict.PASS);
    }

    private Verdict utility(Model after) {
        return verifier.verify(slope(1), after, rows, test, List.of()).gates().stream()
                .filter(gate -> gate.gate().equals("utility"))
                .map(GateResult::verdict)
                .findFirst()
                .orElseThrow();
    }

    private static Model slope(double w) {
        Network network =
                Network.builder(Shape.flat(1)).add("line", new Dense(1, false)).build(Loss.SQUARED_ERROR);
        return new Model(network, new double[] {w}, new double[0]);
    }

    private static Dataset line(int count, long seed) {
        Random random = new Random(seed);
        double[] x = random.doubles(count, -1, 1).toArray();
        double[] y = new double[count];
        for (int i = 0; i < count; i++) {
            y[i] = x[i] + 0.3 * random.nextGaussian();
        }
        return Dataset.of("line" + seed, Shape.flat(1), Features.of(x, 1), Targets.real(y, 1));
    }
}
