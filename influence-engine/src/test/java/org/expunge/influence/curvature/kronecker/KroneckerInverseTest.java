package org.expunge.influence.curvature.kronecker;

import static org.assertj.core.api.Assertions.assertThat;

import org.expunge.influence.compute.Engine;
import org.expunge.influence.compute.Loss;
import org.expunge.influence.curvature.DampingRule;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.data.Shape;
import org.expunge.influence.network.Initializer;
import org.expunge.influence.network.Model;
import org.expunge.influence.network.Network;
import org.expunge.influence.network.Weights;
import org.expunge.influence.network.layer.Convolution2D;
import org.expunge.influence.network.layer.Dense;
import org.expunge.influence.network.layer.Padding;
import org.expunge.influence.testkit.SmallProblems;
import org.junit.jupiter.api.Test;

class KroneckerInverseTest {
    /** Returns the most bytes of buffers while directions are made. */
    private static long peak(Engine engine, KroneckerInverse inverse, Model model, int queries) {
        Dataset rows = SmallProblems.rows(model, queries, 3);
        try (Weights weights = Weights.of(engine.compute(), model)) {
            engine.compute().memory().restart();
            inverse.directions(engine, weights, rows).close();
            return engine.compute().memory().peak();
        }
    }

    @Test
    void aQueryOfWrittenLayersTakesNoMoreThanWasPlanned() {
        Network network = Network.builder(new Shape(2, 5, 4))
                .add("convolution", new Convolution2D(12, 3, 1, Padding.symmetric(1, 1)))
                .add("dense", new Dense(2))
                .build(Loss.SOFTMAX_CROSS_ENTROPY);
        Model model = Initializer.XAVIER.initialise(network, 1);
        try (Engine engine = SmallProblems.reference(1, 4);
                KroneckerInverse inverse = Kfac.fit(
                                engine, model, SmallProblems.rows(model, 20, 2), Kfac.Options.DEFAULT)
                        .inverse(engine.compute(), DampingRule.relativeToMean(0.1))) {
            long few = peak(engine, inverse, model, 20);
            long many = peak(engine, inverse, model, 60);

            long onTheHost = network.layout().entries().stream()
                            .filter(entry -> entry.layer().equals("convolution"))
                            .mapToLong(entry -> entry.length())
                            .sum()
                    * Double.BYTES;
            assertThat((many - few) / 40 + onTheHost).isLessThanOrEqualTo(inverse.bytesPerQuery(engine));
        }
    }
}
