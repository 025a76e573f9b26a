package org.expunge.influence.network.dl4j;

import java.util.List;
import java.util.Set;
import org.expunge.influence.io.BadInputException;
import org.expunge.influence.network.Model;
import org.expunge.influence.network.Network;
import org.expunge.influence.network.ParameterLayout;
import org.expunge.influence.network.layer.Convolution1D;

/**
 * DL4J's flat vector and ours: the same tensors in the same order, except that DL4J keeps the running mean and variance
 * of a batch normalisation in place, right after its gamma and beta, and the variance often as log₁₀ of its root; and
 * that it computes a convolution of sequences with {@code [k, in, out]}, whatever shape it states.
 */
final class FlatParameters {
    private final Network network;

    FlatParameters(Network network) {
        this.network = network;
    }

    /** Returns the length of DL4J's vector. */
    int length() {
        return Math.addExact(network.layout().length(), network.statistics().length());
    }

    /**
     * Splits DL4J's vector.
     *
     * @param flat DL4J's vector
     * @param logStd names of the nodes whose variance is stored as log₁₀ of the standard deviation
     * @param source what to call the vector in an error
     * @throws BadInputException if a number is not finite; names the tensor
     */
    Model split(double[] flat, Set<String> logStd, String source) throws BadInputException {
        double[] parameters = new double[network.layout().length()];
        double[] statistics = new double[network.statistics().length()];
        int from = 0;
        for (int node = 0; node < network.nodes().size(); node++) {
            boolean isLog = logStd.contains(network.nodes().get(node).name());
            for (ParameterLayout.Entry entry : network.layout().of(node)) {
                copy(node, entry, flat, from, parameters, true);
                check(entry, parameters, source);
                from += entry.length();
            }
            for (ParameterLayout.Entry entry : network.statistics().of(node)) {
                boolean isVariance = entry.tensor().name().equals("var");
                for (int i = 0; i < entry.length(); i++) {
                    double stored = flat[from + i];
                    statistics[entry.offset() + i] = isVariance && isLog ? Math.pow(10, 2 * stored) : stored;
                }
                check(entry, statistics, source);
                checkVariance(isVariance, entry, statistics, source);
                from += entry.length();
            }
        }
        return new Model(network, parameters, statistics);
    }

    /** Joins a model's numbers to DL4J's vector, variances as they are. */
    double[] join(Model model) {
        double[] parameters = model.parameters();
        double[] statistics = model.statistics();
        double[] flat = new double[length()];
        int to = 0;
        for (int node = 0; node < network.nodes().size(); node++) {
            for (ParameterLayout.Entry entry : network.layout().of(node)) {
                copy(node, entry, flat, to, parameters, false);
                to += entry.length();
            }
            for (ParameterLayout.Entry entry : network.statistics().of(node)) {
                System.arraycopy(statistics, entry.offset(), flat, to, entry.length());
                to += entry.length();
            }
        }
        return flat;
    }

    /** Copies a tensor between DL4J's vector, where it starts at {@code at}, and ours. */
    private void copy(
            int node, ParameterLayout.Entry entry, double[] flat, int at, double[] parameters, boolean isSplit) {
        List<Integer> shape = entry.tensor().shape();
        boolean isTurned = network.nodes().get(node).layer() instanceof Convolution1D && shape.size() > 1;
        int outputs = isTurned ? shape.get(0) : 1;
        int inputs = isTurned ? shape.get(1) : 1;
        int kernel = entry.length() / (outputs * inputs);
        for (int i = 0; i < entry.length(); i++) {
            int input = i / kernel % inputs;
            int theirs = at + (i % kernel * inputs + input) * outputs + i / (kernel * inputs);
            int ours = entry.offset() + i;
            if (isSplit) {
                parameters[ours] = flat[theirs];
            } else {
                flat[theirs] = parameters[ours];
            }
        }
    }

    private static void check(ParameterLayout.Entry entry, double[] values, String source) throws BadInputException {
        for (int i = 0; i < entry.length(); i++) {
            double value = values[entry.offset() + i];
            if (!Double.isFinite(value)) {
                throw new BadInputException(
                        source,
                        "tensor " + entry.name() + " holds " + value + " at index " + i
                                + "; the training diverged, so import an earlier save");
            }
        }
    }

    private static void checkVariance(boolean isVariance, ParameterLayout.Entry entry, double[] values, String source)
            throws BadInputException {
        for (int i = 0; isVariance && i < entry.length(); i++) {
            if (!(values[entry.offset() + i] >= 0)) {
                throw new BadInputException(
                        source,
                        "tensor " + entry.name() + " holds " + values[entry.offset() + i] + " at index " + i
                                + "; a variance is 0 or more");
            }
        }
    }
}
