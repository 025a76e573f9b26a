package org.expunge.unlearning.certified;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Random;
import org.expunge.influence.compute.Activation;
import org.expunge.influence.compute.Engine;
import org.expunge.influence.compute.Loss;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.data.Features;
import org.expunge.influence.data.Shape;
import org.expunge.influence.data.Targets;
import org.expunge.influence.network.Initializer;
import org.expunge.influence.network.Model;
import org.expunge.influence.network.Network;
import org.expunge.influence.network.dl4j.Dl4jUpdater;
import org.expunge.influence.network.dl4j.Dl4jZip;
import org.expunge.influence.network.layer.ActivationLayer;
import org.expunge.influence.network.layer.BatchNormalization;
import org.expunge.influence.network.layer.Convolution2D;
import org.expunge.influence.network.layer.Dense;
import org.expunge.influence.network.layer.Padding;
import org.expunge.influence.training.Evaluator;
import org.expunge.unlearning.Problems;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class FrozenTrunkTest {
    private static final Engine ENGINE = Problems.engine();
    private static final Shape IMAGE = new Shape(1, 4, 4);

    @TempDir
    private Path folder;

    @AfterAll
    static void closeEngine() {
        ENGINE.close();
    }

    /** Ends in an image, so that the head flattens it; and has running statistics. */
    private static Model images() {
        Network network = Network.builder(IMAGE)
                .add("conv", new Convolution2D(3, 2, 1, Padding.none()))
                .add("norm", BatchNormalization.DEFAULT)
                .add("tanh", new ActivationLayer(Activation.TANH))
                .add("output", new Dense(4))
                .build(Loss.SOFTMAX_CROSS_ENTROPY);
        return Initializer.XAVIER.initialise(network, 3);
    }

    private static Dataset rows() {
        double[] x = new Random(4).doubles(7 * 16, -1, 1).toArray();
        return Dataset.of("images", IMAGE, Features.of(x, 16), Targets.classes(new int[] {0, 1, 2, 0, 1, 2, 0}, 3));
    }

    private static double[] head(int vectors, int width) {
        return new Random(5).doubles((long) vectors * width, -1, 1).toArray();
    }

    @Test
    void aHeadOnImagesIsReadBackAndCutOffAgain() throws IOException {
        Dataset rows = rows();
        FrozenTrunk trunk = FrozenTrunk.of(images());
        HeadOptions options = HeadOptions.DEFAULT.with(HeadKind.SOFTMAX);
        Model model = trunk.withHead(options, 3, 3, head(3, 28));
        Dl4jZip.write(folder.resolve("model.zip"), model, Dl4jUpdater.sgd(1));

        Model read = Dl4jZip.read(folder.resolve("model.zip"), IMAGE).model();

        double[][] expected = new Evaluator(ENGINE).evaluate(model, rows).predictions();
        assertThat(new Evaluator(ENGINE).evaluate(read, rows).predictions()).isDeepEqualTo(expected);
        FrozenTrunk again = FrozenTrunk.of(read);
        Dataset features = again.features(ENGINE, rows);
        assertThat(features.shape()).isEqualTo(Shape.flat(27));
        assertThat(features.row(6)).isEqualTo(trunk.features(ENGINE, rows).row(6));
        Model next = again.withHead(options, 3, 3, head(3, 28));
        assertThat(new Evaluator(ENGINE).evaluate(next, rows).predictions()).isDeepEqualTo(expected);
    }

    @ParameterizedTest
    @EnumSource(HeadKind.class)
    void twoClassesAsOneNumberGetOneScore(HeadKind kind) {
        double[] x = {1, 2, -1, 0.5};
        Dataset classes = Dataset.of("two", Shape.flat(2), Features.of(x, 2), Targets.classes(new int[] {0, 1}, 2));
        Dataset one = Dataset.of("two", Shape.flat(2), Features.of(x, 2), Targets.asSingleColumn(classes.targets()));
        FrozenTrunk trunk = FrozenTrunk.none(Shape.flat(2));
        double[] released = head(kind == HeadKind.SOFTMAX ? 2 : 1, 3);
        HeadOptions options = HeadOptions.DEFAULT.with(kind);

        double[][] single = new Evaluator(ENGINE)
                .evaluate(trunk.withHead(options, 2, 1, released), one)
                .predictions();

        double[][] both = new Evaluator(ENGINE)
                .evaluate(trunk.withHead(options, 2, 2, released), classes)
                .predictions();
        assertThat(trunk.isEmpty()).isTrue();
        for (int i = 0; i < 2; i++) {
            assertThat(single[i][0]).isCloseTo(both[i][1], within(1e-12));
        }
    }

    @Test
    void anotherLastLayerOrAnotherShapeIsRefused() {
        Network open = Network.builder(Shape.flat(2))
                .add("dense", new Dense(2))
                .add("tanh", new ActivationLayer(Activation.TANH))
                .build(Loss.MEAN_SQUARED_ERROR);
        Model model = Initializer.XAVIER.initialise(open, 1);

        assertThatIllegalArgumentException()
                .isThrownBy(() -> FrozenTrunk.of(model))
                .withMessageContaining("tanh");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> FrozenTrunk.none(Shape.flat(3)).features(ENGINE, rows()))
                .withMessageContaining("shape");
    }
}
