package org.expunge.influence.testkit;

import static com.google.common.base.Preconditions.checkArgument;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.expunge.influence.io.Json;
import org.expunge.influence.io.Npy;
import org.expunge.influence.io.NpyArray;

/**
 * A small network, its data, and what an independent float64 implementation computed for them; {@code README.md} beside
 * the files says what each quantity is.
 *
 * @param name the file's name without its ending
 * @param loss {@code mcxent}, {@code xent} or {@code mse}
 * @param damping λ of the damped quantities
 * @param layers in order
 * @param parameterOrder names, in the order of every flat gradient and vector
 * @param parameters by name, {@code <layer>.<W|b|gamma|beta>}
 * @param train the training rows
 * @param test the test rows
 * @param expected by path, such as {@code loss_train}, {@code influence.cosine} or {@code kronecker_factors.0.A}
 */
public record GoldenCase(
        String name,
        String loss,
        double damping,
        List<GoldenLayer> layers,
        List<String> parameterOrder,
        Map<String, GoldenArray> parameters,
        Samples train,
        Samples test,
        Map<String, GoldenArray> expected) {
    /** The names of all cases. */
    public static final List<String> NAMES =
            List.of("logistic-sigmoid", "mlp-softplus-mse", "mlp-tanh-softmax", "cnn-relu-maxpool", "resnet-batchnorm");

    /**
     * Rows of data.
     *
     * @param x inputs; the first side counts the rows
     * @param y targets, one row each
     */
    public record Samples(GoldenArray x, GoldenArray y) {
        private static Samples of(JsonNode node) {
            return new Samples(
                    GoldenArray.ofFlat(node.get("shape"), node.get("x")), GoldenArray.ofNested(node.get("y")));
        }

        /** Returns the number of rows. */
        public int rows() {
            return x.shape()[0];
        }
    }

    /**
     * Reads a case from the class path.
     *
     * @param name one of {@link #NAMES}
     * @return the case
     */
    public static GoldenCase load(String name) {
        try (InputStream in = open(name + ".json")) {
            return of(Json.mapper().readTree(in));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Reads an array of the retraining bank {@code lds-digits}.
     *
     * @param name the file's name without its ending, such as {@code train_x}
     * @return the array
     */
    public static NpyArray ldsDigits(String name) {
        try (InputStream in = open("lds-digits/" + name + ".npy")) {
            return Npy.read(in, name);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static InputStream open(String file) throws FileNotFoundException {
        InputStream in = GoldenCase.class.getResourceAsStream("/golden/" + file);
        if (in == null) {
            throw new FileNotFoundException("no golden file " + file);
        }
        return in;
    }

    private static GoldenCase of(JsonNode root) {
        List<GoldenLayer> layers = new ArrayList<>();
        root.get("layers")
                .forEach(node -> layers.add(
                        new GoldenLayer(layers.size(), node.get("type").textValue(), node)));
        List<String> order = new ArrayList<>();
        root.get("parameter_order").forEach(node -> order.add(node.textValue()));
        Map<String, GoldenArray> parameters = new LinkedHashMap<>();
        order.forEach(key ->
                parameters.put(key, GoldenArray.ofObject(root.get("parameters").get(key))));
        Map<String, GoldenArray> expected = new LinkedHashMap<>();
        collect("", root.get("expected"), expected);
        return new GoldenCase(
                root.get("name").textValue(),
                root.get("loss").textValue(),
                root.get("damping").doubleValue(),
                List.copyOf(layers),
                List.copyOf(order),
                parameters,
                Samples.of(root.get("train")),
                Samples.of(root.get("test")),
                expected);
    }

    private static void collect(String prefix, JsonNode node, Map<String, GoldenArray> into) {
        node.properties().forEach(entry -> {
            String path = prefix + entry.getKey();
            if (entry.getValue().isObject()) {
                collect(path + ".", entry.getValue(), into);
            } else {
                into.put(path, GoldenArray.ofNested(entry.getValue()));
            }
        });
    }

    /**
     * Returns an expected quantity.
     *
     * @param path such as {@code loss_train} or {@code influence.cosine}
     * @return its numbers
     */
    public GoldenArray expected(String path) {
        GoldenArray array = expected.get(path);
        checkArgument(array != null, "%s expects no '%s', only %s", name, path, expected.keySet());
        return array;
    }

    /**
     * Returns all parameters as one vector.
     *
     * @return in {@code parameterOrder}, each row-major
     */
    public double[] flatParameters() {
        return parameterOrder.stream()
                .flatMapToDouble(key -> Arrays.stream(
                        Objects.requireNonNull(parameters.get(key)).values()))
                .toArray();
    }
}
