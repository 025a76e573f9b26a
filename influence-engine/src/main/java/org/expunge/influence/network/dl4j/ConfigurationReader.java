package org.expunge.influence.network.dl4j;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.expunge.influence.io.BadInputException;
import org.expunge.influence.io.Json;
import org.jspecify.annotations.Nullable;

/**
 * Reads {@code configuration.json} of either kind of network into vertices in DL4J's order of computation, which is
 * also the order of its flat parameters.
 */
final class ConfigurationReader {
    private static final String GRAPH = "org.deeplearning4j.nn.conf.graph.";
    private static final int MAX_VERTICES = 4096;
    private static final Set<String> PRECISIONS = Set.of("FLOAT", "DOUBLE");

    private final String source;
    private final List<String> warnings;

    ConfigurationReader(String source, List<String> warnings) {
        this.source = source;
        this.warnings = warnings;
    }

    /**
     * Reads a configuration.
     *
     * @param json UTF-8
     * @return the vertices; the last one is the output
     * @throws BadInputException if it is no configuration of a network with one input and one output
     */
    List<Vertex> read(byte[] json) throws IOException {
        JsonNode tree;
        try {
            tree = Json.mapper().readTree(json);
        } catch (JsonProcessingException e) {
            throw new BadInputException(source, "is no JSON: " + e.getOriginalMessage(), e);
        }
        Settings root = Settings.of(source, "the configuration", tree);
        List<Vertex> vertices;
        if (root.has("confs")) {
            vertices = multiLayer(root);
        } else if (root.has("vertices")) {
            vertices = graph(root);
        } else {
            throw root.refuse("has neither 'confs' nor 'vertices', so it is no configuration of DL4J");
        }
        if (vertices.size() > MAX_VERTICES) {
            throw root.refuse("has " + vertices.size() + " layers; at most " + MAX_VERTICES + " are read");
        }
        root.ignore(
                "backpropType", // truncated backpropagation through time means nothing without recurrent layers
                "cacheMode",
                "epochCount",
                "inferenceWorkspaceMode",
                "iterationCount",
                "tbpttBackLength",
                "tbpttFwdLength",
                "trainingWorkspaceMode",
                "validateOutputLayerConfig");
        checkPrecision(root);
        root.finish();
        return vertices;
    }

    private List<Vertex> multiLayer(Settings root) throws BadInputException {
        List<JsonNode> confs = elements(root, "confs");
        Settings preProcessors = Settings.of(
                source,
                "inputPreProcessors",
                Optional.ofNullable(root.find("inputPreProcessors"))
                        .orElseGet(() -> Json.mapper().createObjectNode()));
        List<Vertex> vertices = new ArrayList<>();
        String previous = Vertex.INPUT;
        for (int i = 0; i < confs.size(); i++) {
            Settings conf = Settings.of(source, "layer " + i, confs.get(i));
            Settings layer = layer(conf, i, null);
            String name = layer.text("layerName", "layer" + i);
            Optional<Settings> preProcessor = preProcessors.object(Integer.toString(i));
            vertices.add(new Vertex(name, layer, preProcessor, texts(conf, "variables"), List.of(previous)));
            previous = name;
        }
        preProcessors.finish();
        return vertices;
    }

    private List<Vertex> graph(Settings root) throws BadInputException {
        List<String> inputs = texts(root, "networkInputs");
        List<String> outputs = texts(root, "networkOutputs");
        if (inputs.size() != 1 || outputs.size() != 1) {
            throw root.refuse("has inputs " + inputs + " and outputs " + outputs
                    + "; only networks with one of each can be read");
        }
        root.ignore("topologicalOrder", "defaultConfiguration");
        Settings bodies = Settings.of(source, "vertices", root.find("vertices"));
        Settings edges = Settings.of(source, "vertexInputs", root.find("vertexInputs"));
        List<String> order = texts(root, "topologicalOrderStr");
        if (!new HashSet<>(order).containsAll(inputs)) {
            throw root.refuse("has no topologicalOrderStr; load and save the model with DL4J 1.0.0-M2.1");
        }
        List<Vertex> vertices = new ArrayList<>();
        Set<String> done = new HashSet<>(inputs);
        for (String name : order) {
            if (!name.equals(inputs.get(0))) {
                vertices.add(vertex(vertices.size(), name, bodies, edges, inputs.get(0), done));
                done.add(name);
            }
        }
        bodies.finish();
        edges.finish();
        if (!order.get(order.size() - 1).equals(outputs.get(0))) {
            throw root.refuse("computes '" + order.get(order.size() - 1) + "' after its output '" + outputs.get(0)
                    + "'; vertices that do not lead to the output cannot be read");
        }
        return vertices;
    }

    private Vertex vertex(int index, String name, Settings bodies, Settings edges, String input, Set<String> done)
            throws BadInputException {
        Settings body = Settings.of(source, "vertex " + index + " '" + name + "'", bodies.find(name));
        List<String> from = new ArrayList<>();
        for (String other : texts(edges, name)) {
            if (!done.contains(other)) {
                throw body.refuse("takes '" + other + "', which is not computed before it");
            }
            from.add(other.equals(input) ? Vertex.INPUT : other);
        }
        if (!body.className().equals(GRAPH + "LayerVertex")) {
            return new Vertex(name, body, Optional.empty(), List.of(), from);
        }
        Settings conf = Settings.of(source, "layer " + index, body.find("layerConf"));
        Settings layer = layer(conf, index, name);
        Optional<Settings> preProcessor = body.object("preProcessor");
        body.ignore("outputVertex");
        body.finish();
        return new Vertex(name, layer, preProcessor, texts(conf, "variables"), from);
    }

    /** Checks what surrounds a layer and returns the layer itself. */
    private Settings layer(Settings conf, int index, @Nullable String vertexName) throws BadInputException {
        checkPrecision(conf);
        conf.ignore("cacheMode", "epochCount", "iterationCount", "maxNumLineSearchIterations", "pretrain");
        conf.ignore("seed", "stepFunction", "variables");
        Settings unnamed = Settings.of(source, conf.where(), conf.find("layer"));
        String name = vertexName == null ? unnamed.text("layerName", "layer" + index) : vertexName;
        Settings layer = unnamed.at("layer " + index + " '" + name + "' (" + unnamed.shortClassName() + ")");
        layer.ignore("layerName");
        warnUnless(conf.flag("miniBatch", true), layer, "miniBatch false: updates are not divided by the batch");
        warnUnless(conf.flag("minimize", true), layer, "minimize false: the score is maximised in training");
        String algorithm = conf.text("optimizationAlgo", "STOCHASTIC_GRADIENT_DESCENT");
        warnUnless(algorithm.equals("STOCHASTIC_GRADIENT_DESCENT"), layer, "optimizationAlgo " + algorithm);
        conf.finish();
        return layer;
    }

    private void warnUnless(boolean expected, Settings layer, String setting) {
        if (!expected) {
            warnings.add(layer.where() + ": " + setting + "; training here does not do that");
        }
    }

    private static void checkPrecision(Settings settings) throws BadInputException {
        String type = settings.text("dataType", "FLOAT");
        if (!PRECISIONS.contains(type)) {
            throw settings.refuse("dataType is " + type + "; convert the model to FLOAT or DOUBLE with DL4J");
        }
    }

    private static List<String> texts(Settings settings, String name) throws BadInputException {
        List<String> texts = new ArrayList<>();
        for (JsonNode element : elements(settings, name)) {
            if (!element.isTextual()) {
                throw settings.refuse("setting '" + name + "' must be a list of texts");
            }
            texts.add(element.textValue());
        }
        return texts;
    }

    private static List<JsonNode> elements(Settings settings, String name) throws BadInputException {
        JsonNode list = settings.find(name);
        if (list != null && !list.isArray()) {
            throw settings.refuse("setting '" + name + "' must be a list");
        }
        List<JsonNode> elements = new ArrayList<>();
        if (list != null) {
            list.forEach(elements::add);
        }
        return elements;
    }
}
