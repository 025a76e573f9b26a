package org.expunge.influence.network.dl4j;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import org.expunge.influence.data.Shape;
import org.expunge.influence.io.BadInputException;
import org.expunge.influence.network.layer.ActivationLayer;
import org.expunge.influence.network.layer.Add;
import org.expunge.influence.network.layer.BatchNormalization;
import org.expunge.influence.network.layer.Dense;
import org.expunge.influence.network.layer.Dropout;
import org.expunge.influence.network.layer.LayerNormalization;
import org.expunge.influence.network.layer.Merge;
import org.expunge.influence.network.layer.RowNormalization;

/** Turns one vertex of DL4J after the other into nodes of ours; refuses what there is no layer for. */
final class VertexLowering {
    private static final String LAYERS = "org.deeplearning4j.nn.conf.layers.";
    private static final String NORMALISATION = LAYERS + "BatchNormalization";
    private static final String GRAPH = "org.deeplearning4j.nn.conf.graph.";

    private static final Set<String> KNOWN = Set.of(
            NORMALISATION,
            LAYERS + "ActivationLayer",
            LAYERS + "Convolution1DLayer",
            LAYERS + "ConvolutionLayer",
            LAYERS + "DenseLayer",
            LAYERS + "DropoutLayer",
            LAYERS + "EmbeddingSequenceLayer",
            LAYERS + "GlobalPoolingLayer",
            LAYERS + "LossLayer",
            LAYERS + "OutputLayer",
            LAYERS + "SubsamplingLayer",
            LAYERS + "ZeroPaddingLayer",
            GRAPH + "ElementWiseVertex",
            GRAPH + "L2NormalizeVertex",
            GRAPH + "MergeVertex",
            GRAPH + "PreprocessorVertex");

    private final NetworkAssembly assembly;
    private final TrainingSettings training;

    VertexLowering(NetworkAssembly assembly, TrainingSettings training) {
        this.assembly = assembly;
        this.training = training;
    }

    /**
     * Checks that a vertex is of a class that can be read. The class itself is never loaded.
     *
     * @throws BadInputException if it is not; names it, its index and what would be needed
     */
    static void requireKnown(Vertex vertex) throws BadInputException {
        if (!KNOWN.contains(vertex.settings().className())) {
            throw unknown(vertex.settings());
        }
    }

    private static BadInputException unknown(Settings vertex) throws BadInputException {
        String className = vertex.className();
        return vertex.refuse("class " + (className.isEmpty() ? "(none)" : className)
                + " is not supported. It was not loaded; to read it, a layer with forward, backward and tangent"
                + " pass has to be added to network.layer, and its settings to network.dl4j");
    }

    /**
     * Adds a vertex.
     *
     * @throws BadInputException if it cannot be computed here; names it, its index and what would be needed
     */
    void lower(Vertex vertex) throws BadInputException {
        Settings settings = vertex.settings();
        if (assembly.hasLoss()) {
            throw settings.refuse("comes after a layer with a loss; one output is supported, at the end");
        }
        List<String> inputs = new ArrayList<>();
        for (String input : vertex.inputs()) {
            inputs.add(assembly.nodeOf(input));
        }
        String className = settings.className();
        boolean isJoin = className.equals(GRAPH + "ElementWiseVertex") || className.equals(GRAPH + "MergeVertex");
        if (!isJoin && inputs.size() != 1) {
            throw settings.refuse("takes " + inputs.size() + " inputs; only additions and merges take more than one");
        }
        String node;
        try {
            node = isJoin ? join(vertex, inputs) : single(vertex, inputs.get(0), className);
        } catch (IllegalArgumentException | ArithmeticException e) { // what a layer or shape objects to
            throw settings.refuse(String.valueOf(e.getMessage()));
        }
        settings.finish();
        assembly.finishVertex(vertex.name(), node);
    }

    private String join(Vertex vertex, List<String> inputs) throws BadInputException {
        Settings settings = vertex.settings();
        if (inputs.isEmpty()) {
            throw settings.refuse("has no input");
        }
        if (settings.className().equals(GRAPH + "ElementWiseVertex")) {
            String operation = settings.text("op", "");
            if (!operation.equals("Add")) {
                throw settings.refuse("element-wise " + operation + " is not supported; Add is. Another one needs its"
                        + " forward, backward and tangent pass in network.layer");
            }
            return assembly.add(vertex.name(), new Add(), inputs);
        }
        settings.ignore("modified");
        Shape first = assembly.shapeOf(inputs.get(0));
        int axis = settings.find("mergeAxis") == null ? 1 : settings.integer("mergeAxis");
        int wanted = first.isFlat() ? 1 : assembly.format().channelAxis();
        if (axis != wanted) {
            throw settings.refuse("merges along axis " + axis + "; only channels, here axis " + wanted + ", can be");
        }
        return assembly.add(vertex.name(), new Merge(), inputs);
    }

    private String single(Vertex vertex, String input, String className) throws BadInputException {
        Settings settings = vertex.settings();
        if (className.equals(GRAPH + "PreprocessorVertex")) {
            Settings preProcessor =
                    settings.object("preProcessor").orElseThrow(() -> settings.refuse("has no preprocessor"));
            return PreProcessors.lower(assembly, preProcessor, vertex.name(), input, false);
        }
        if (className.equals(GRAPH + "L2NormalizeVertex")) {
            if (settings.has("dimension")) {
                throw settings.refuse("normalises along chosen dimensions; only all of an example can be");
            }
            return assembly.add(
                    vertex.name(),
                    new RowNormalization(settings.number("eps", RowNormalization.DEFAULT.epsilon())),
                    List.of(input));
        }
        boolean isDense = className.equals(LAYERS + "DenseLayer") || className.equals(LAYERS + "OutputLayer");
        String from = input;
        if (vertex.preProcessor().isPresent()) {
            from = PreProcessors.lower(
                    assembly, vertex.preProcessor().get(), vertex.name() + "-reshape", input, isDense);
        }
        if (className.equals(LAYERS + "BatchNormalization")
                && !vertex.variables().contains("var")) {
            assembly.storesLogStd(vertex.name()); // as DL4J decides it, whatever useLogStd says
        }
        return layer(settings, vertex.name(), from, className);
    }

    private String layer(Settings layer, String name, String input, String className) throws BadInputException {
        return switch (className) {
            case LAYERS + "DenseLayer" -> activated(layer, name, dense(layer, name, dropped(layer, name, input)));
            case LAYERS + "OutputLayer" -> {
                assembly.setLoss(Losses.read(layer));
                yield dense(layer, name, dropped(layer, name, input));
            }
            case LAYERS + "ConvolutionLayer" -> {
                training.read(layer, true, true);
                String from = dropped(layer, name, input);
                yield activated(layer, name, ImageLayers.convolution(assembly, layer, name, from));
            }
            case LAYERS + "Convolution1DLayer" -> {
                training.read(layer, true, true);
                String from = dropped(layer, name, input);
                yield activated(layer, name, SequenceLayers.convolution(assembly, layer, name, from));
            }
            case LAYERS + "EmbeddingSequenceLayer" -> {
                training.read(layer, true, true);
                yield activated(layer, name, SequenceLayers.embedding(assembly, layer, name, input));
            }
            case LAYERS + "DropoutLayer" -> {
                training.read(layer, false, false);
                layer.ignore("activationFn", "nin", "nout");
                yield plainDropout(layer, name, input);
            }
            default -> withoutDropout(layer, name, input, className);
        };
    }

    private String withoutDropout(Settings layer, String name, String input, String className)
            throws BadInputException {
        training.warnOfDropoutWithoutEffect(layer);
        training.read(layer, className.equals(NORMALISATION), false);
        return switch (className) {
            case NORMALISATION -> normalisation(layer, name, input);
            case LAYERS + "ActivationLayer" -> {
                layer.ignore("nin", "nout");
                Optional<ActivationLayer> activation = Activations.hidden(layer);
                yield activation.isEmpty() ? input : assembly.add(name, activation.get(), List.of(input));
            }
            case LAYERS + "SubsamplingLayer" -> ImageLayers.pooling(assembly, layer, name, input);
            case LAYERS + "GlobalPoolingLayer" -> ImageLayers.globalPooling(assembly, layer, name, input);
            case LAYERS + "ZeroPaddingLayer" -> ImageLayers.zeroPadding(assembly, layer, name, input);
            case LAYERS + "LossLayer" -> loss(layer, input);
            default -> throw unknown(layer);
        };
    }

    private String loss(Settings layer, String input) throws BadInputException {
        layer.ignore("nin", "nout");
        assembly.setLoss(Losses.read(layer));
        if (input.equals(Vertex.INPUT)) {
            throw layer.refuse("has no layer before it, so there is nothing to learn");
        }
        return input;
    }

    private String dense(Settings layer, String name, String input) throws BadInputException {
        training.read(layer, true, true);
        ImageLayers.checkSize(layer, "nin", assembly.shapeOf(input).length());
        boolean hasBias = layer.flag("hasBias", true);
        boolean hasNorm = layer.flag("hasLayerNorm", false);
        String node = assembly.add(name, new Dense(layer.integer("nout"), hasBias && !hasNorm), List.of(input));
        return hasNorm ? assembly.add(name + "-norm", new LayerNormalization(0, hasBias), List.of(node)) : node;
    }

    private String normalisation(Settings layer, String name, String input) throws BadInputException {
        layer.ignore("activationFn", "cudnnAllowFallback", "nout", "useLogStd"); // DL4J applies no activation
        Shape shape = assembly.shapeOf(input);
        if (shape.isFlat()) {
            layer.ignore("cnn2DFormat");
        } else {
            assembly.readFormat(layer, "cnn2DFormat");
        }
        ImageLayers.checkSize(layer, "nin", shape.channels());
        boolean isFixed = layer.flag("lockGammaBeta", false);
        double gamma = layer.number("gamma", 1);
        double beta = layer.number("beta", 0);
        if (isFixed && !(gamma == 1 && beta == 0)) {
            throw layer.refuse("gamma and beta are locked at " + gamma + " and " + beta + "; only 1 and 0 can be");
        }
        if (!layer.flag("minibatch", true)) {
            throw layer.refuse("minibatch false is not supported; train with minibatches");
        }
        BatchNormalization normalisation =
                new BatchNormalization(layer.number("eps", 1e-5), layer.number("decay", 0.9), isFixed);
        return assembly.add(name, normalisation, List.of(input));
    }

    private String dropped(Settings layer, String name, String input) throws BadInputException {
        return plainDropout(layer, name + "-dropout", input);
    }

    private String plainDropout(Settings layer, String name, String input) throws BadInputException {
        OptionalDouble keep = TrainingSettings.dropout(layer);
        return keep.isEmpty() ? input : assembly.add(name, new Dropout(keep.getAsDouble()), List.of(input));
    }

    private String activated(Settings layer, String name, String node) throws BadInputException {
        Optional<ActivationLayer> activation = Activations.hidden(layer);
        return activation.isEmpty() ? node : assembly.add(name + "-activation", activation.get(), List.of(node));
    }
}
