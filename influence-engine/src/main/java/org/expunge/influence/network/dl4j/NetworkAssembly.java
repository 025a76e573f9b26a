package org.expunge.influence.network.dl4j;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.expunge.influence.compute.Loss;
import org.expunge.influence.data.Shape;
import org.expunge.influence.io.BadInputException;
import org.expunge.influence.network.Layer;
import org.expunge.influence.network.Network;
import org.jspecify.annotations.Nullable;

/**
 * The network under construction. A DL4J layer becomes up to five nodes: {@code x-reshape} (its preprocessor),
 * {@code x-dropout} (on its input), {@code x} itself, {@code x-norm} (its layer normalisation) and
 * {@code x-activation}. The third and fourth have its tensors.
 */
final class NetworkAssembly {
    private final Network.Builder builder;
    private final Map<String, String> nodeOf = new HashMap<>();
    private final Map<String, Shape> shapes = new HashMap<>();
    private final Set<String> logStd = new HashSet<>();
    private final List<String> warnings;
    private @Nullable DataFormat format;
    private @Nullable Loss loss;

    NetworkAssembly(Shape input, List<String> warnings) {
        this.builder = Network.builder(input);
        this.warnings = warnings;
        nodeOf.put(Vertex.INPUT, Vertex.INPUT);
        shapes.put(Vertex.INPUT, input);
    }

    /** Returns the node that puts out what a vertex does. */
    String nodeOf(String vertex) {
        return checked(nodeOf.get(vertex), vertex);
    }

    /** Returns what a node puts out. */
    Shape shapeOf(String node) {
        return checked(shapes.get(node), node);
    }

    private static <T> T checked(@Nullable T found, String name) {
        if (found == null) {
            throw new IllegalStateException(name + " was not added before it was used");
        }
        return found;
    }

    /**
     * Adds a node.
     *
     * @throws IllegalArgumentException if the layer cannot take these inputs
     */
    String add(String node, Layer layer, List<String> inputs) {
        builder.add(node, layer, inputs);
        shapes.put(node, builder.lastShape());
        return node;
    }

    /** Says which node stands for a whole vertex. */
    void finishVertex(String vertex, String node) {
        nodeOf.put(vertex, node);
    }

    /** Says that a batch normalisation stores its variance as log₁₀ of the standard deviation. */
    void storesLogStd(String node) {
        logStd.add(node);
    }

    Set<String> logStd() {
        return logStd;
    }

    void warn(String warning) {
        warnings.add(warning);
    }

    /** Sets the loss; the output layer does. */
    void setLoss(Loss value) {
        loss = value;
    }

    boolean hasLoss() {
        return loss != null;
    }

    /** Returns the order of images that the layers seen so far agree on. */
    DataFormat format() {
        return format == null ? DataFormat.NCHW : format;
    }

    /** Reads a layer's image order and refuses one that differs from what came before. */
    void readFormat(Settings settings, String name) throws BadInputException {
        String text = settings.text(name, DataFormat.NCHW.name());
        if (!text.equals("NCHW") && !text.equals("NHWC")) {
            throw settings.refuse("setting '" + name + "' must be NCHW or NHWC, got " + text);
        }
        DataFormat found = DataFormat.valueOf(text);
        if (format != null && format != found) {
            throw settings.refuse(
                    "is " + found + " where layers before it are " + format + "; use one format throughout");
        }
        if (format == null && found == DataFormat.NHWC) {
            warn("the model's images are in row, column, channel order; give ours in channel, row, column order");
        }
        format = found;
    }

    /** Finishes the network. */
    Network build(Settings where) throws BadInputException {
        if (loss == null) {
            throw where.refuse("is the last layer but has no loss; end the network with an OutputLayer or LossLayer");
        }
        try {
            return builder.build(loss);
        } catch (IllegalArgumentException | ArithmeticException e) {
            throw where.refuse(String.valueOf(e.getMessage()));
        }
    }
}
