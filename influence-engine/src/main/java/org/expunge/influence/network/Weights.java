package org.expunge.influence.network;

import org.expunge.influence.compute.Compute;

/**
 * A model's numbers on a compute: what passes read. Shared by workers as long as nobody writes it.
 *
 * @param network the network
 * @param parameters its trainable tensors
 * @param statistics its running statistics
 */
public record Weights(Network network, Tensors parameters, Tensors statistics) implements AutoCloseable {
    /** Copies a model to a compute. */
    public static Weights of(Compute compute, Model model) {
        Network network = model.network();
        return new Weights(
                network,
                Tensors.of(compute, network.layout(), model.parameters()),
                Tensors.of(compute, network.statistics(), model.statistics()));
    }

    /** Copies the numbers back to the host. */
    public Model toModel() {
        return new Model(network, parameters.read(), statistics.read());
    }

    @Override
    public void close() {
        parameters.close();
        statistics.close();
    }
}
