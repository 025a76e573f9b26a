package org.expunge.influence.network.dl4j;

import static com.google.common.base.Preconditions.checkArgument;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.expunge.influence.data.Shape;
import org.expunge.influence.io.Json;
import org.expunge.influence.network.Layer;
import org.expunge.influence.network.Network;
import org.expunge.influence.network.layer.ActivationLayer;
import org.expunge.influence.network.layer.Add;
import org.expunge.influence.network.layer.BatchNormalization;
import org.expunge.influence.network.layer.ChannelsFirst;
import org.expunge.influence.network.layer.ChannelsLast;
import org.expunge.influence.network.layer.Convolution1D;
import org.expunge.influence.network.layer.Convolution2D;
import org.expunge.influence.network.layer.Dense;
import org.expunge.influence.network.layer.Dropout;
import org.expunge.influence.network.layer.Embedding;
import org.expunge.influence.network.layer.GlobalPooling;
import org.expunge.influence.network.layer.LayerNormalization;
import org.expunge.influence.network.layer.MaskedPooling;
import org.expunge.influence.network.layer.Merge;
import org.expunge.influence.network.layer.Reshape;
import org.expunge.influence.network.layer.RowNormalization;
import org.jspecify.annotations.Nullable;

/**
 * Writes {@code configuration.json}: a MultiLayerNetwork for a chain, a ComputationGraph for anything else. An
 * activation or dropout that only one layer with weights takes part in, and that is named after it, goes into that
 * layer, as DL4J's own nets have it.
 */
final class ConfigurationWriter {
    private static final String GRAPH = "org.deeplearning4j.nn.conf.graph.";

    /** One vertex of the file. */
    private record Written(String name, ObjectNode body, Optional<ObjectNode> preProcessor, List<String> inputs) {}

    private final Network network;
    private final LayerWriter layers;
    private final DataFormat format;
    private final String dataType;
    private final boolean isChain;
    private final List<Place> places = new ArrayList<>();
    private final List<Written> written = new ArrayList<>();

    /**
     * Prepares to write.
     *
     * @throws IllegalArgumentException if DL4J has no such network; names the layer
     */
    ConfigurationWriter(Network network, Dl4jUpdater updater, Nd4jArray.Type type) {
        this.network = network;
        this.format = network.nodes().stream()
                        .anyMatch(n -> n.layer() instanceof ChannelsLast || n.layer() instanceof ChannelsFirst)
                ? DataFormat.NHWC
                : DataFormat.NCHW;
        this.layers = new LayerWriter(updater, format);
        this.dataType = type.name();
        this.isChain = isChain(network);
    }

    /** Returns the configuration. */
    ObjectNode write() {
        for (int i = 0; i < network.nodes().size(); i++) {
            places.add(place(i));
        }
        int last = network.nodes().size() - 1;
        if (!(network.nodes().get(last).layer() instanceof Dense)) {
            ObjectNode loss = layers.loss("loss");
            Losses.write(loss, network.loss());
            layer("loss", loss, places.get(last), false);
        }
        return sorted(isChain ? multiLayer() : graph());
    }

    /** Sorts all settings by name, as DL4J does; its reader needs 'confs' before 'dataType'. */
    private static ObjectNode sorted(ObjectNode node) {
        ObjectNode sorted = Json.mapper().createObjectNode();
        new TreeMap<>(node.properties().stream().collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue)))
                .forEach((name, value) -> sorted.set(name, sorted(value)));
        return sorted;
    }

    private static JsonNode sorted(JsonNode value) {
        if (value instanceof ObjectNode object) {
            return sorted(object);
        }
        if (value instanceof ArrayNode array) {
            ArrayNode elements = Json.mapper().createArrayNode();
            array.forEach(element -> elements.add(sorted(element)));
            return elements;
        }
        return value;
    }

    private Place place(int i) {
        Network.Node node = network.nodes().get(i);
        Layer layer = node.layer();
        if (layer instanceof Add || layer instanceof Merge) {
            return join(node);
        }
        Place from = input(node, 0);
        if (layer instanceof RowNormalization normalization) {
            return normalised(node, normalization, from);
        }
        if (layer instanceof Reshape || layer instanceof ChannelsLast || layer instanceof ChannelsFirst) {
            return reshape(node, from);
        }
        if (isFused(i)) {
            return from;
        }
        if (from.isSequence()) {
            return sequence(i, node, from);
        }
        boolean keeps =
                layer instanceof ActivationLayer || layer instanceof Dropout || layer instanceof BatchNormalization;
        boolean wantsImage = keeps ? from.seemsImage() : !(layer instanceof Dense);
        layer(node.name(), body(i, from.logical()), from, wantsImage);
        boolean isImage = wantsImage && !(layer instanceof GlobalPooling);
        return Place.of(node.name(), isImage, node.output());
    }

    private Place sequence(int i, Network.Node node, Place from) {
        boolean isKnown = isOfSequences(node.layer())
                || node.layer() instanceof ActivationLayer
                || node.layer() instanceof Dropout
                || node.layer() instanceof GlobalPooling;
        checkArgument(isKnown, "layer %s takes a sequence, which DL4J's such layer does not do alike", node.name());
        checkArgument(
                !from.vertex().equals(Vertex.INPUT) || node.layer() instanceof Embedding,
                "layer %s leaves the length of a sequence open",
                node.name());
        ObjectNode body = node.layer() instanceof GlobalPooling pooling
                ? layers.sequencePooling(node.name(), pooling.kind())
                : body(i, from.logical());
        written.add(new Written(node.name(), body, Optional.empty(), List.of(from.vertex())));
        return Place.of(node.name(), false, node.output());
    }

    private static boolean isOfSequences(Layer layer) {
        return layer instanceof Embedding || layer instanceof Convolution1D || layer instanceof MaskedPooling;
    }

    private ObjectNode body(int i, Shape input) {
        Network.Node node = network.nodes().get(i);
        boolean isOutput = i == network.nodes().size() - 1 && node.layer() instanceof Dense;
        ObjectNode body = isOutput
                ? layers.dense(node.name(), "OutputLayer", (Dense) node.layer(), input)
                : layers.write(node.name(), node.layer(), input);
        if (isOutput) {
            Losses.write(body, network.loss());
        }
        int next = i + 1;
        if (isFused(next) && network.nodes().get(next).layer() instanceof LayerNormalization normalisation) {
            LayerWriter.normalise(body, normalisation);
            next++;
        }
        if (isFused(next) && network.nodes().get(next).layer() instanceof ActivationLayer activation) {
            body.set("activationFn", Activations.write(activation));
        }
        if (i > 0 && isFused(i - 1) && network.nodes().get(i - 1).layer() instanceof Dropout dropout) {
            body.set("idropout", LayerWriter.dropout(dropout));
        }
        return body;
    }

    /**
     * Whether a node goes into its neighbour with weights: an activation and a layer normalisation into the one before,
     * dropout into the next.
     */
    private boolean isFused(int i) {
        if (i >= network.nodes().size()) {
            return false;
        }
        Network.Node node = network.nodes().get(i);
        if (node.layer() instanceof ActivationLayer && i > 0) {
            boolean isBehindNorm = network.nodes().get(i - 1).layer() instanceof LayerNormalization && isFused(i - 1);
            Network.Node before = network.nodes().get(isBehindNorm ? i - 2 : i - 1);
            return hasWeights(before) && node.name().equals(before.name() + "-activation") && isOnlyFrom(i, i - 1);
        }
        if (node.layer() instanceof LayerNormalization normalisation && i > 0) {
            Network.Node before = network.nodes().get(i - 1);
            return before.layer() instanceof Dense dense
                    && !dense.hasBias()
                    && normalisation.epsilon() == 0
                    && node.name().equals(before.name() + "-norm")
                    && isOnlyFrom(i, i - 1);
        }
        if (node.layer() instanceof Dropout && i + 1 < network.nodes().size()) {
            Network.Node after = network.nodes().get(i + 1);
            return hasWeights(after)
                    && node.name().equals(after.name() + "-dropout")
                    && after.inputs().equals(List.of(i))
                    && consumers(i) == 1;
        }
        return false;
    }

    private boolean isOnlyFrom(int i, int before) {
        return network.nodes().get(i).inputs().equals(List.of(before)) && consumers(before) == 1;
    }

    private static boolean hasWeights(Network.Node node) {
        return node.layer() instanceof Dense
                || node.layer() instanceof Convolution2D
                || node.layer() instanceof Convolution1D
                || node.layer() instanceof Embedding;
    }

    private long consumers(int i) {
        return network.nodes().stream().filter(n -> n.inputs().contains(i)).count();
    }

    private Place join(Network.Node node) {
        List<String> names = new ArrayList<>();
        for (int i = 0; i < node.inputs().size(); i++) {
            Place from = input(node, i);
            checkArgument(
                    from.isImage() == input(node, 0).isImage(),
                    "%s joins an image and a flat row, which DL4J cannot do",
                    node.name());
            names.add(from.vertex());
        }
        boolean isImage = input(node, 0).isImage();
        ObjectNode body = Json.mapper().createObjectNode();
        if (node.layer() instanceof Add) {
            body.put("@class", GRAPH + "ElementWiseVertex").put("op", "Add");
        } else {
            body.put("@class", GRAPH + "MergeVertex")
                    .put("mergeAxis", isImage ? format.channelAxis() : 1)
                    .put("modified", true);
        }
        written.add(new Written(node.name(), body, Optional.empty(), names));
        return Place.of(node.name(), isImage, node.output());
    }

    private Place normalised(Network.Node node, RowNormalization normalization, Place from) {
        ObjectNode body = Json.mapper()
                .createObjectNode()
                .put("@class", GRAPH + "L2NormalizeVertex")
                .put("eps", normalization.epsilon());
        body.putArray("dimension"); // none: all but the examples
        written.add(new Written(node.name(), body, Optional.empty(), List.of(from.vertex())));
        return Place.of(node.name(), from.isImage(), node.output());
    }

    private Place reshape(Network.Node node, Place from) {
        Place after = from.reshaped(node.name(), node.output(), !(node.layer() instanceof Reshape));
        boolean isImage = after.seemsImage();
        Optional<ObjectNode> preProcessor = after.preProcessor(node.name(), isImage, format);
        if (isChain || preProcessor.isEmpty()) {
            return after;
        }
        ObjectNode body = Json.mapper().createObjectNode().put("@class", GRAPH + "PreprocessorVertex");
        body.set("preProcessor", preProcessor.get());
        written.add(new Written(node.name(), body, Optional.empty(), List.of(from.vertex())));
        return Place.of(node.name(), isImage, node.output());
    }

    private void layer(String name, ObjectNode body, Place from, boolean wantsImage) {
        Optional<ObjectNode> preProcessor = from.preProcessor(name, wantsImage, format);
        if (preProcessor.isEmpty()
                && from.vertex().equals(Vertex.INPUT)
                && !from.logical().isFlat()) {
            throw new IllegalArgumentException("layer " + name + " leaves the input's shape open");
        }
        written.add(new Written(name, body, preProcessor, List.of(from.vertex())));
    }

    private Place input(Network.Node node, int i) {
        int from = node.inputs().get(i);
        if (from != Network.INPUT) {
            return places.get(from);
        }
        boolean isSequence = network.nodes().stream()
                .anyMatch(n -> isOfSequences(n.layer()) && n.inputs().get(0) == Network.INPUT);
        return Place.of(Vertex.INPUT, !isSequence && !network.input().isFlat(), network.input());
    }

    private ObjectNode multiLayer() {
        ObjectNode root = root();
        ArrayNode confs = root.putArray("confs");
        ObjectNode preProcessors = Json.mapper().createObjectNode();
        for (int i = 0; i < written.size(); i++) {
            confs.add(conf(written.get(i).body()));
            int index = i;
            written.get(i).preProcessor().ifPresent(p -> preProcessors.set(Integer.toString(index), p));
        }
        root.set("inputPreProcessors", preProcessors);
        return root;
    }

    private ObjectNode graph() {
        ObjectNode root = root();
        root.set("defaultConfiguration", conf(null));
        root.putArray("networkInputs").add(Vertex.INPUT);
        root.putArray("networkOutputs").add(written.get(written.size() - 1).name());
        ArrayNode order = root.putArray("topologicalOrder").add(0);
        ArrayNode names = root.putArray("topologicalOrderStr").add(Vertex.INPUT);
        ObjectNode edges = root.putObject("vertexInputs");
        ObjectNode vertices = root.putObject("vertices");
        for (Written vertex : written) {
            order.add(order.size());
            names.add(vertex.name());
            vertex.inputs().forEach(edges.putArray(vertex.name())::add);
            vertices.set(vertex.name(), vertexJson(vertex));
        }
        return root;
    }

    private ObjectNode vertexJson(Written vertex) {
        if (!vertex.body().has("layerName")) {
            return vertex.body();
        }
        ObjectNode json = Json.mapper().createObjectNode().put("@class", GRAPH + "LayerVertex");
        json.set("layerConf", conf(vertex.body()));
        json.put("outputVertex", vertex.body().has("lossFn"));
        json.set("preProcessor", vertex.preProcessor().orElse(null));
        return json;
    }

    private ObjectNode root() {
        return Json.mapper()
                .createObjectNode()
                .put("backpropType", "Standard")
                .put("cacheMode", "NONE")
                .put("dataType", dataType)
                .put("epochCount", 0)
                .put("inferenceWorkspaceMode", "ENABLED")
                .put("iterationCount", 0)
                .put("tbpttBackLength", 20)
                .put("tbpttFwdLength", 20)
                .put("trainingWorkspaceMode", "ENABLED")
                .put("validateOutputLayerConfig", true);
    }

    private ObjectNode conf(@Nullable ObjectNode layer) {
        ObjectNode conf = Json.mapper()
                .createObjectNode()
                .put("cacheMode", "NONE")
                .put("dataType", dataType)
                .put("epochCount", 0)
                .put("iterationCount", 0)
                .put("maxNumLineSearchIterations", 5)
                .put("miniBatch", true)
                .put("minimize", true)
                .put("optimizationAlgo", "STOCHASTIC_GRADIENT_DESCENT")
                .put("seed", 0);
        conf.set("layer", layer);
        ArrayNode variables = conf.putNull("stepFunction").putArray("variables");
        if (layer != null) {
            LayerWriter.variables(layer).forEach(variables::add);
        }
        return conf;
    }

    private static boolean isChain(Network network) {
        for (int i = 0; i < network.nodes().size(); i++) {
            Network.Node node = network.nodes().get(i);
            boolean isVertex = node.layer() instanceof Add
                    || node.layer() instanceof Merge
                    || node.layer() instanceof RowNormalization;
            List<Integer> chained =
                    node.layer() instanceof MaskedPooling ? List.of(i - 1, Network.INPUT) : List.of(i - 1);
            if (isVertex || !node.inputs().equals(chained)) {
                return false;
            }
        }
        return true;
    }
}
