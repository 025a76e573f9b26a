package org.expunge.influence.network.dl4j;

import com.fasterxml.jackson.databind.node.ObjectNode;
import org.expunge.influence.compute.Loss;
import org.expunge.influence.io.BadInputException;
import org.expunge.influence.io.Json;

/**
 * DL4J's pairs of output activation and loss, and ours. DL4J clips probabilities at {@code softmaxClipEps} and
 * {@code clipEps} before it takes logarithms; ours are exact, and so agree wherever nothing is clipped.
 */
final class Losses {
    private static final String PACKAGE = "org.nd4j.linalg.lossfunctions.impl.";

    private Losses() {}

    /**
     * Reads an output layer's activation and loss.
     *
     * @throws BadInputException if the pair is none that {@link Loss} has
     */
    static Loss read(Settings layer) throws BadInputException {
        String activation = Activations.output(layer);
        Settings function =
                layer.object("lossFn").orElseThrow(() -> layer.refuse("has no setting 'lossFn', so no loss is known"));
        String name = function.className();
        String pair = activation + " with " + (name.startsWith(PACKAGE) ? name.substring(PACKAGE.length()) : name);
        Loss loss = switch (pair) {
            case "Softmax with LossMCXENT", "Softmax with LossNegativeLogLikelihood" -> Loss.SOFTMAX_CROSS_ENTROPY;
            case "Sigmoid with LossBinaryXENT" -> Loss.SIGMOID_CROSS_ENTROPY;
            case "Identity with LossMSE" -> Loss.MEAN_SQUARED_ERROR;
            case "Identity with LossL2" -> Loss.SQUARED_ERROR;
            default ->
                throw layer.refuse("output " + pair + " is not supported; Softmax with MCXENT, Sigmoid with XENT"
                        + " and Identity with MSE or L2 are. Another one needs its value, gradient and Hessian"
                        + " product in compute");
        };
        if (function.has("weights")) {
            throw layer.refuse("class weights in the loss are not supported; repeat or drop rows instead");
        }
        function.ignore("softmaxClipEps", "clipEps");
        function.finish();
        return loss;
    }

    /** Writes the activation and the loss into an output layer. */
    static void write(ObjectNode layer, Loss loss) {
        switch (loss) {
            case SOFTMAX_CROSS_ENTROPY ->
                put(layer, "Softmax", function("LossMCXENT").put("softmaxClipEps", 1e-10));
            case SIGMOID_CROSS_ENTROPY ->
                put(layer, "Sigmoid", function("LossBinaryXENT").put("clipEps", 1e-5));
            case MEAN_SQUARED_ERROR -> put(layer, "Identity", function("LossMSE"));
            case SQUARED_ERROR -> put(layer, "Identity", function("LossL2"));
        }
    }

    private static void put(ObjectNode layer, String activation, ObjectNode function) {
        layer.set("activationFn", Activations.named(activation));
        layer.set("lossFn", function);
    }

    private static ObjectNode function(String name) {
        return Json.mapper().createObjectNode().put("@class", PACKAGE + name);
    }
}
