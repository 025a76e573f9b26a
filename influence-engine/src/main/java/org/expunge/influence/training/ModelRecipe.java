package org.expunge.influence.training;

import static com.google.common.base.Preconditions.checkArgument;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.expunge.influence.compute.Loss;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.io.BadInputException;
import org.expunge.influence.network.Initializer;
import org.expunge.influence.network.Model;
import org.expunge.influence.network.Network;
import org.expunge.influence.network.dl4j.Dl4jZip;
import org.expunge.influence.network.preset.Presets;

/**
 * Which network to train.
 *
 * @param preset the network
 * @param hidden units of each hidden layer of {@link Preset#MLP}; empty for the others
 * @param initializer how the parameters are drawn; those of a file are not used
 * @param file the DL4J model zip of {@link Preset#FILE}; empty for the others
 */
public record ModelRecipe(Preset preset, List<Integer> hidden, Initializer initializer, String file) {
    /** The networks. */
    public enum Preset {
        /** One dense layer. */
        LOGISTIC,
        /** Dense layers with ReLU. */
        MLP,
        /** Two convolutions and two dense layers, for images. */
        LENET,
        /** A small residual network with batch normalisation, for images. */
        RESNET8,
        /** The mean of the words' vectors and a dense layer, for text. */
        TEXT_MEAN,
        /** A convolution over words and its maximum, for text. */
        TEXT_CONV,
        /** The network of a DL4J model zip. */
        FILE
    }

    /** Checks the sizes. */
    public ModelRecipe {
        hidden = List.copyOf(hidden);
        checkArgument(
                preset == Preset.MLP || hidden.isEmpty(), "hidden is for mlp alone, got %s with %s", hidden, preset);
        checkArgument(hidden.stream().allMatch(units -> units >= 1), "hidden must be 1 or more each, got %s", hidden);
        checkArgument(
                (preset == Preset.FILE) != file.isEmpty(),
                "file is needed for preset file and for no other, got '%s' with %s",
                file,
                preset);
    }

    /** A preset that needs no file. */
    public ModelRecipe(Preset preset, List<Integer> hidden, Initializer initializer) {
        this(preset, hidden, initializer, "");
    }

    /** Returns a preset with its customary sizes and initial values. */
    public static ModelRecipe of(Preset preset) {
        return new ModelRecipe(
                preset, preset == Preset.MLP ? Presets.MLP_HIDDEN : List.of(), defaultInitializer(preset));
    }

    /** Returns the network of a DL4J model zip. */
    public static ModelRecipe ofFile(Path file) {
        return new ModelRecipe(Preset.FILE, List.of(), defaultInitializer(Preset.FILE), file.toString());
    }

    /** Returns the same recipe with another place of its file. */
    ModelRecipe withFile(Path other) {
        return new ModelRecipe(preset, hidden, initializer, other.toString());
    }

    /** Returns a multilayer perceptron with the given hidden layers. */
    public static ModelRecipe mlp(int... hidden) {
        return new ModelRecipe(Preset.MLP, Arrays.stream(hidden).boxed().toList(), defaultInitializer(Preset.MLP));
    }

    /** Returns how a preset's parameters are drawn unless something else is asked for. */
    static Initializer defaultInitializer(Preset preset) {
        return preset == Preset.LOGISTIC || preset == Preset.FILE ? Initializer.XAVIER : Initializer.RELU;
    }

    /**
     * Builds the network for a data set. With a preset, rows without classes get identity outputs and the mean squared
     * error.
     *
     * @param data rows of the shape and targets to train on
     * @return the network
     * @throws IllegalArgumentException if the preset cannot take that shape
     * @throws UncheckedIOException if the file cannot be read or does not fit the rows
     */
    public Network network(Dataset data) {
        int outputs = data.targets().width();
        checkArgument(
                data.words().isEmpty() || isForText(),
                "%s is text, which %s does not take; use text-mean or text-conv",
                data.name(),
                Keys.name(preset));
        Network network = switch (preset) {
            case LOGISTIC -> Presets.logistic(data.shape(), outputs);
            case MLP -> Presets.mlp(data.shape(), outputs, hidden);
            case LENET -> Presets.lenet(data.shape(), outputs);
            case RESNET8 -> Presets.resnet8(data.shape(), outputs);
            case TEXT_MEAN -> Presets.textMean(data.shape(), outputs, tokens(data));
            case TEXT_CONV -> Presets.textConv(data.shape(), outputs, tokens(data));
            case FILE -> model(data).network();
        };
        boolean hasLoss = preset == Preset.FILE || data.classes() > 0;
        return hasLoss ? network : network.withLoss(Loss.MEAN_SQUARED_ERROR);
    }

    private boolean isForText() {
        return preset == Preset.TEXT_MEAN || preset == Preset.TEXT_CONV || preset == Preset.FILE;
    }

    private int tokens(Dataset data) {
        return data.words()
                .orElseThrow(() -> new IllegalArgumentException(data.name() + " holds numbers; " + Keys.name(preset)
                        + " takes text, as from" + " tsv:FILE?text=COLUMN&label=COLUMN"))
                .tokens();
    }

    /** Reads the model of the file. */
    Model model(Dataset data) {
        try {
            Model model = Dl4jZip.read(Path.of(file), data.shape()).model();
            if (model.network().outputs() != data.targets().width()) {
                throw new BadInputException(
                        file,
                        "its network has " + model.network().outputs() + " outputs but " + data.name() + " has "
                                + data.targets().width() + " targets a row");
            }
            return model;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
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
}
