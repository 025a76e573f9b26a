package org.expunge.influence.score.automatic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Optional;
import org.expunge.influence.compute.Engine;
import org.expunge.influence.compute.Loss;
import org.expunge.influence.curvature.GaussNewton;
import org.expunge.influence.curvature.damping.BatchNoise;
import org.expunge.influence.curvature.damping.TrainingLength;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.data.Features;
import org.expunge.influence.data.Shape;
import org.expunge.influence.data.Targets;
import org.expunge.influence.network.Model;
import org.expunge.influence.network.Network;
import org.expunge.influence.network.layer.Dense;
import org.expunge.influence.testkit.SmallProblems;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class AutomaticDampingTest {
    private final Engine engine = SmallProblems.reference(1, 16);

    @AfterEach
    void close() {
        engine.close();
    }

    @Test
    void aShortTrainingDecidesAndALongOneLeavesItToTheNoiseOfTheRows() {
        Model model = SmallProblems.dense(3);
        Dataset rows = SmallProblems.rows(model, 64, 5);
        double edge = BatchNoise.of(rows, r -> new GaussNewton(engine, model, r), BatchNoise.Options.forRows(64, 7))
                .ofRows(64)
                .edge();

        AutomaticDamping shortOne = choose(model, rows, Optional.of(new TrainingLength(10, 0.5 / edge)));
        AutomaticDamping longOne = choose(model, rows, Optional.of(new TrainingLength(10, 100 / edge)));
        AutomaticDamping unknown = choose(model, rows, Optional.empty());

        assertThat(shortOne.damping()).isCloseTo(2 * edge, within(1e-12 * edge));
        assertThat(shortOne.reason()).contains("training length").contains("10 steps");
        assertThat(longOne.damping()).isEqualTo(edge);
        assertThat(longOne.reason()).contains("noise").contains("64 rows");
        assertThat(unknown).isEqualTo(longOne);
    }

    /** y = w x + b with the loss (ŷ − y)²: C is 2 E[x̄ x̄ᵀ], of one row x = 2 twice 5. */
    @Test
    void oneRowHasNoNoiseAndIsDampedByItsLargestEigenvalue() {
        Model line = line();
        Dataset one = points(2);

        AutomaticDamping damping = choose(line, one, Optional.empty());

        assertThat(damping.damping()).isCloseTo(0.1, within(1e-12));
        assertThat(damping.reason()).contains("largest");
    }

    @Test
    void rowsThatAreAllAlikeLeaveNoNoise() {
        AutomaticDamping damping = choose(line(), points(2, 2, 2, 2), Optional.empty());

        assertThat(damping.damping()).isCloseTo(0.1, within(1e-9));
    }

    @Test
    void withoutCurvatureAnythingWillDo() {
        Network network =
                Network.builder(Shape.flat(1)).add("line", new Dense(1, false)).build(Loss.SQUARED_ERROR);

        AutomaticDamping damping =
                choose(new Model(network, new double[1], new double[0]), points(0, 0, 0), Optional.empty());

        assertThat(damping.damping()).isEqualTo(1);
    }

    private AutomaticDamping choose(Model model, Dataset rows, Optional<TrainingLength> length) {
        return AutomaticDamping.choose(engine, model, rows, length, 7);
    }

    private static Model line() {
        Network network =
                Network.builder(Shape.flat(1)).add("line", new Dense(1)).build(Loss.SQUARED_ERROR);
        return new Model(network, new double[] {0.5, 0.25}, new double[0]);
    }

    private static Dataset points(double... x) {
        return Dataset.of("points", Shape.flat(1), Features.of(x, 1), Targets.real(new double[x.length], 1));
    }
}
