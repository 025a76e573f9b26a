package org.expunge.influence.network.dl4j;

import java.util.List;
import org.expunge.influence.data.Shape;
import org.expunge.influence.io.BadInputException;
import org.expunge.influence.network.layer.Convolution1D;
import org.expunge.influence.network.layer.Embedding;
import org.expunge.influence.network.layer.GlobalPooling;
import org.expunge.influence.network.layer.MaskedPooling;
import org.expunge.influence.network.layer.Padding;
import org.expunge.influence.network.layer.PoolingKind;

/**
 * Reads DL4J's layers of sequences. A mask is no part of DL4J's configuration but given with each call; the setting
 * {@link #MASKS_PADDING}, which DL4J passes over, says that a layer was trained as DL4J computes it with the mask
 * "token is not 0".
 */
final class SequenceLayers {
    static final String MASKS_PADDING = "masksPadding";

    private static final String CHANNELS_FIRST = "NCW";

    private SequenceLayers() {}

    static String embedding(NetworkAssembly assembly, Settings layer, String name, String input)
            throws BadInputException {
        layer.ignore("inferInputLength", "inputLength", "idropout"); // DL4J applies no dropout to token numbers
        checkFormat(layer, "outputFormat");
        if (layer.flag("hasBias", false)) {
            throw layer.refuse("hasBias is not supported in an embedding; add the bias to the vectors");
        }
        Embedding embedding =
                new Embedding(layer.integer("nin"), layer.integer("nout"), layer.flag(MASKS_PADDING, false));
        return assembly.add(name, embedding, List.of(input));
    }

    static String convolution(NetworkAssembly assembly, Settings layer, String name, String input)
            throws BadInputException {
        layer.ignore("cudnnAlgoMode", "cudnnAllowFallback", "cudnnBwdDataAlgo", "cudnnBwdFilterAlgo", "cudnnFwdAlgo");
        layer.ignore("cnn2dDataFormat");
        checkFormat(layer, "rnnDataFormat");
        Shape sequence = assembly.shapeOf(input);
        ImageLayers.checkSize(layer, "nin", sequence.channels());
        int kernel = layer.integers("kernelSize", 2, 2).get(0);
        int stride = layer.integers("stride", 1, 1).get(0);
        int dilation = layer.integers("dilation", 1, 1).get(0);
        int sides = layer.integers("padding", 0, 0).get(0);
        String mode = layer.text("convolutionMode", "Truncate");
        Padding padding = switch (mode) {
            case "Same" -> Padding.same();
            case "Causal" -> new Padding(false, 0, (kernel - 1) * dilation, 0, 0);
            case "Strict", "Truncate" -> Padding.symmetric(0, sides);
            default ->
                throw layer.refuse(
                        "convolutionMode " + mode + " is not supported; Same, Causal, Truncate and" + " Strict are");
        };
        if (mode.equals("Strict")) {
            ImageLayers.checkExact(layer, "length", sequence.width() + 2 * sides, kernel, stride, dilation);
        }
        Convolution1D convolution = new Convolution1D(
                layer.integer("nout"), kernel, stride, padding, dilation, layer.flag("hasBias", true));
        return assembly.add(name, convolution, List.of(input));
    }

    static String globalPooling(
            NetworkAssembly assembly, Settings layer, String name, String input, PoolingKind kind, boolean isMasked)
            throws BadInputException {
        List<Integer> axes = layer.integers("poolingDimensions", 2);
        if (!axes.equals(List.of(2))) {
            throw layer.refuse("pools a sequence over axis " + axes + "; only positions, axis 2, can be pooled over");
        }
        return isMasked
                ? assembly.add(name, new MaskedPooling(kind), List.of(input, assembly.nodeOf(Vertex.INPUT)))
                : assembly.add(name, new GlobalPooling(kind), List.of(input));
    }

    private static void checkFormat(Settings layer, String setting) throws BadInputException {
        String format = layer.text(setting, CHANNELS_FIRST);
        if (!format.equals(CHANNELS_FIRST)) {
            throw layer.refuse("setting '" + setting + "' is " + format + "; only " + CHANNELS_FIRST
                    + " (channels before positions) is supported");
        }
    }
}
