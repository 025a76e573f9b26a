package org.expunge.influence.network;

/** A network with its numbers, in double on the host. Immutable: arrays are copied on the way in and out. */
public final class Model {
    private final Network network;
    private final double[] parameters;
    private final double[] statistics;

    /**
     * Joins a network and its numbers.
     *
     * @param network the network
     * @param parameters flat, in the order of {@link Network#layout}; every number finite
     * @param statistics flat, in the order of {@link Network#statistics}; every number finite
     * @throws IllegalArgumentException if a length is wrong or a number is not finite; the message names the tensor
     */
    public Model(Network network, double[] parameters, double[] statistics) {
        this.network = network;
        this.parameters = checked(network.layout(), parameters);
        this.statistics = checked(network.statistics(), statistics);
    }

    /** Returns the network. */
    public Network network() {
        return network;
    }

    /** Returns a copy of the flat parameters. */
    public double[] parameters() {
        return parameters.clone();
    }

    /** Returns a copy of the flat running statistics. */
    public double[] statistics() {
        return statistics.clone();
    }

    /** Returns the same network with other parameters. */
    public Model withParameters(double[] values) {
        return new Model(network, values, statistics);
    }

    private static double[] checked(ParameterLayout layout, double[] values) {
        layout.check(values);
        for (ParameterLayout.Entry entry : layout.entries()) {
            int end = entry.offset() + entry.length();
            for (int i = entry.offset(); i < end; i++) {
                if (!Double.isFinite(values[i])) {
                    throw new IllegalArgumentException("tensor " + entry.name() + " holds " + values[i] + " at index "
                            + (i - entry.offset()) + "; every parameter must be finite");
                }
            }
        }
        return values.clone();
    }
}
