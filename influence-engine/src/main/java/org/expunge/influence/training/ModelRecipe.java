package org.expunge.influence.training;

import static com.google.common.base.Preconditions.checkArgument;

import java.util.List;
import org.expunge.influence.compute.Loss;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.data.Shape;
import org.expunge.influence.network.Initializer;
import org.expunge.influence.network.Model;
import org.expunge.influence.network.Network;
import org.expunge.influence.network.preset.Presets;

/**
 * Which network to train.
 *
 * @param preset the network
 * @param hidden units of each hidden layer of {@link Preset#MLP}; empty for the others
 * @param initializer how the parameters are drawn
 */
public record ModelRecipe(Preset preset, List<Integer> hidden, Initializer initializer) {
    /** The networks. */
    public enum Preset {
        /** One dense layer. */
        LOGISTIC,
        /** Dense layers with ReLU. */
        MLP,
        /** Two convolutions and two dense layers, for images. */
        LENET,
        /** A small residual network with batch normalisation, for images. */
        RESNET8
    }

    /** Checks the sizes. */
    public ModelRecipe {
        hidden = List.copyOf(hidden);
        checkArgument(
                preset == Preset.MLP || hidden.isEmpty(), "hidden is for mlp alone, got %s with %s", hidden, preset);
        checkArgument(hidden.stream().allMatch(units -> units >= 1), "hidden must be 1 or more each, got %s", hidden);
    }

    /** Returns a preset with its customary sizes and initial values. */
    public static ModelRecipe of(Preset preset) {
        return new ModelRecipe(
                preset, preset == Preset.MLP ? Presets.MLP_HIDDEN : List.of(), defaultInitializer(preset));
    }

    /** Returns a multilayer perceptron with the given hidden layers. */
    public static ModelRecipe mlp(int... hidden) {
        return new ModelRecipe(
                Preset.MLP, java.util.Arrays.stream(hidden).boxed().toList(), defaultInitializer(Preset.MLP));
    }

    /** Returns how a preset's parameters are drawn unless something else is asked for. */
    static Initializer defaultInitializer(Preset preset) {
        return preset == Preset.LOGISTIC ? Initializer.XAVIER : Initializer.RELU;
    }

    /**
     * Builds the network for a data set. Rows without classes get identity outputs and the mean squared error.
     *
     * @param data rows of the shape and targets to train on
     * @return the network
     * @throws IllegalArgumentException if the preset cannot take that shape
     */
    public Network network(Dataset data) {
        return network(data.shape(), data.targets().width(), data.classes() > 0);
    }

    /** As {@link #network(Dataset)}, from what matters of the data. */
    Network network(Shape input, int outputs, boolean hasClasses) {
        Network network = switch (preset) {
            case LOGISTIC -> Presets.logistic(input, outputs);
            case MLP -> Presets.mlp(input, outputs, hidden);
            case LENET -> Presets.lenet(input, outputs);
            case RESNET8 -> Presets.resnet8(input, outputs);
        };
        return hasClasses ? network : withLoss(network, Loss.MEAN_SQUARED_ERROR);
    }

    /**
     * Builds the network and draws its parameters.
     *
     * @param data rows of the shape and targets to train on
     * @param seed decides the parameters
     * @return the model before its first step
     */
    public Model initial(Dataset data, long seed) {
        return initializer.initialise(network(data), seed);
    }

    private static Network withLoss(Network network, Loss loss) {
        Network.Builder builder = Network.builder(network.input());
        for (Network.Node node : network.nodes()) {
            List<String> inputs = node.inputs().stream()
                    .map(i -> i == Network.INPUT
                            ? "input"
                            : network.nodes().get(i).name())
                    .toList();
            builder.add(node.name(), node.layer(), inputs);
        }
        return builder.build(loss);
    }
}
