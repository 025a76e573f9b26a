package org.expunge.influence.network;

import java.util.Random;
import org.expunge.influence.network.ParameterLayout.Entry;

/**
 * Random initial values. Weights are normal with mean 0; biases and means start at 0, scales and variances at 1.
 *
 * <p><b>Source.</b> X. Glorot and Y. Bengio, "Understanding the difficulty of training deep feedforward neural
 * networks", AISTATS 2010, in DL4J's normal form; K. He et al., "Delving Deep into Rectifiers", ICCV 2015.
 */
public enum Initializer {
    /** Variance 2 / (fan-in + fan-out): DL4J's XAVIER. */
    XAVIER {
        @Override
        double variance(TensorSpec weight) {
            return 2.0 / (weight.fanIn() + weight.fanOut());
        }
    },
    /** Variance 2 / fan-in: DL4J's RELU. */
    RELU {
        @Override
        double variance(TensorSpec weight) {
            return 2.0 / weight.fanIn();
        }
    };

    abstract double variance(TensorSpec weight);

    /**
     * Draws a model.
     *
     * @param network the network
     * @param seed the same seed gives the same model
     */
    public Model initialise(Network network, long seed) {
        Random random = new Random(seed);
        double[] parameters = new double[network.layout().length()];
        network.layout().entries().forEach(e -> fill(e, random, parameters));
        double[] statistics = new double[network.statistics().length()];
        network.statistics().entries().forEach(e -> fill(e, random, statistics));
        return new Model(network, parameters, statistics);
    }

    private void fill(Entry entry, Random random, double[] values) {
        double deviation = Math.sqrt(variance(entry.tensor()));
        int end = entry.offset() + entry.length();
        for (int i = entry.offset(); i < end; i++) {
            switch (entry.tensor().role()) {
                case WEIGHT -> values[i] = deviation * random.nextGaussian();
                case BIAS -> values[i] = 0;
                case SCALE -> values[i] = 1;
            }
        }
    }
}
