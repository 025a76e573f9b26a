package org.expunge.influence.network.dl4j;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Optional;
import org.expunge.influence.compute.Activation;
import org.expunge.influence.io.BadInputException;
import org.expunge.influence.io.Json;
import org.expunge.influence.network.layer.ActivationLayer;

/** DL4J's activation functions and ours. */
final class Activations {
    private static final String PACKAGE = "org.nd4j.linalg.activations.impl.Activation";

    private Activations() {}

    /**
     * Reads the activation of a hidden layer.
     *
     * @return nothing for the identity
     * @throws BadInputException if it is none that {@link Activation} has
     */
    static Optional<ActivationLayer> hidden(Settings layer) throws BadInputException {
        Optional<Settings> found = layer.object("activationFn");
        if (found.isEmpty()) {
            return Optional.empty();
        }
        Settings function = found.get();
        ActivationLayer activation = switch (function.className()) {
            case PACKAGE + "Identity" -> new ActivationLayer(Activation.IDENTITY);
            case PACKAGE + "ReLU" -> rectifier(function);
            case PACKAGE + "LReLU" ->
                new ActivationLayer(Activation.LEAKY_RELU, function.number("alpha", ActivationLayer.LEAKY_SLOPE));
            case PACKAGE + "ELU" -> new ActivationLayer(Activation.ELU, function.number("alpha", 1));
            case PACKAGE + "GELU" -> gelu(function);
            case PACKAGE + "TanH" -> new ActivationLayer(Activation.TANH);
            case PACKAGE + "Sigmoid" -> new ActivationLayer(Activation.SIGMOID);
            case PACKAGE + "SoftPlus" -> new ActivationLayer(Activation.SOFTPLUS);
            case PACKAGE + "Swish" -> new ActivationLayer(Activation.SWISH);
            default ->
                throw function.refuse("activation " + function.className()
                        + " is not supported; its value and its first two derivatives would have to be added to"
                        + " the compute backends");
        };
        function.finish();
        return activation.activation() == Activation.IDENTITY ? Optional.empty() : Optional.of(activation);
    }

    /** Returns the short name of an output layer's activation: Softmax, Sigmoid, Identity, or another class's name. */
    static String output(Settings layer) throws BadInputException {
        Optional<Settings> function = layer.object("activationFn");
        if (function.isEmpty()) {
            return "Identity";
        }
        String name = function.get().className();
        return name.startsWith(PACKAGE) ? name.substring(PACKAGE.length()) : name;
    }

    /** Writes an activation. */
    static ObjectNode write(ActivationLayer layer) {
        return switch (layer.activation()) {
            case IDENTITY -> named("Identity");
            case RELU -> named("ReLU");
            case LEAKY_RELU -> named("LReLU").put("alpha", layer.parameter());
            case ELU -> named("ELU").put("alpha", layer.parameter());
            case GELU -> named("GELU").put("precise", false);
            case TANH -> named("TanH");
            case SIGMOID -> named("Sigmoid");
            case SOFTPLUS -> named("SoftPlus");
            case SWISH -> named("Swish");
        };
    }

    /** Writes an activation by its short name. */
    static ObjectNode named(String name) {
        return Json.mapper().createObjectNode().put("@class", PACKAGE + name);
    }

    private static ActivationLayer rectifier(Settings function) throws BadInputException {
        if (function.find("max") != null || function.number("threshold", 0) != 0) {
            throw function.refuse("a rectifier with 'max' or 'threshold' is not supported; plain and leaky ones are");
        }
        double slope = function.number("negativeSlope", 0);
        return slope == 0 ? new ActivationLayer(Activation.RELU) : new ActivationLayer(Activation.LEAKY_RELU, slope);
    }

    private static ActivationLayer gelu(Settings function) throws BadInputException {
        if (function.flag("precise", false)) {
            throw function.refuse("the precise form of GELU is not supported; DL4J's default form is");
        }
        return new ActivationLayer(Activation.GELU);
    }
}
