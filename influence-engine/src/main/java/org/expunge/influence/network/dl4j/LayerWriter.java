package org.expunge.influence.network.dl4j;

import static com.google.common.base.Preconditions.checkArgument;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import org.expunge.influence.compute.Activation;
import org.expunge.influence.data.Shape;
import org.expunge.influence.io.Json;
import org.expunge.influence.network.Layer;
import org.expunge.influence.network.layer.ActivationLayer;
import org.expunge.influence.network.layer.BatchNormalization;
import org.expunge.influence.network.layer.Convolution1D;
import org.expunge.influence.network.layer.Convolution2D;
import org.expunge.influence.network.layer.Dense;
import org.expunge.influence.network.layer.Dropout;
import org.expunge.influence.network.layer.Embedding;
import org.expunge.influence.network.layer.GlobalPooling;
import org.expunge.influence.network.layer.LayerNormalization;
import org.expunge.influence.network.layer.MaskedPooling;
import org.expunge.influence.network.layer.Padding;
import org.expunge.influence.network.layer.Pooling2D;
import org.expunge.influence.network.layer.PoolingKind;
import org.expunge.influence.network.layer.ZeroPadding;

/** Writes one layer as DL4J's configuration has it. */
final class LayerWriter {
    private static final String LAYERS = "org.deeplearning4j.nn.conf.layers.";
    private static final String LAYER_NORM = "hasLayerNorm";
    private static final ActivationLayer IDENTITY = new ActivationLayer(Activation.IDENTITY);

    private final Dl4jUpdater updater;
    private final DataFormat format;

    LayerWriter(Dl4jUpdater updater, DataFormat format) {
        this.updater = updater;
        this.format = format;
    }

    /**
     * Writes a layer.
     *
     * @param name its name
     * @param layer the layer
     * @param input what it takes
     * @throws IllegalArgumentException if DL4J has no such layer
     */
    ObjectNode write(String name, Layer layer, Shape input) {
        if (layer instanceof Dense dense) {
            return dense(name, "DenseLayer", dense, input);
        } else if (layer instanceof Embedding embedding) {
            return embedding(name, embedding, input);
        } else if (layer instanceof Convolution1D convolution) {
            return sequenceConvolution(name, convolution, input);
        } else if (layer instanceof MaskedPooling pooling) {
            return sequencePooling(name, pooling.kind()).put(SequenceLayers.MASKS_PADDING, true);
        } else if (layer instanceof Convolution2D convolution) {
            return convolution(name, convolution, input);
        } else if (layer instanceof BatchNormalization normalisation) {
            return normalisation(name, normalisation, input);
        } else if (layer instanceof ActivationLayer activation) {
            return plain(name, "ActivationLayer").set("activationFn", Activations.write(activation));
        } else if (layer instanceof Dropout dropout) {
            return weighted(name, "DropoutLayer", 0, 0).set("idropout", dropout(dropout));
        } else if (layer instanceof Pooling2D pooling) {
            return pooling(name, pooling);
        } else if (layer instanceof GlobalPooling pooling) {
            return globalPooling(name, pooling);
        } else if (layer instanceof ZeroPadding padding) {
            return zeroPadding(name, padding);
        }
        throw new IllegalArgumentException(
                "layer " + name + " (" + layer.getClass().getSimpleName()
                        + ") cannot be written as a layer of DL4J; it would have to be added to network.dl4j");
    }

    /** Writes a dense layer; {@code className} is DenseLayer or OutputLayer. */
    ObjectNode dense(String name, String className, Dense dense, Shape input) {
        return weighted(name, className, input.length(), dense.outputs())
                .put("hasBias", dense.hasBias())
                .put(LAYER_NORM, false);
    }

    /** Puts a layer normalisation into a written dense layer. */
    static void normalise(ObjectNode dense, LayerNormalization normalisation) {
        dense.put("hasBias", normalisation.hasBias()).put(LAYER_NORM, true);
    }

    /** Writes pooling over the positions of a sequence. */
    ObjectNode sequencePooling(String name, PoolingKind kind) {
        ObjectNode layer = plain(name, "GlobalPoolingLayer")
                .put("collapseDimensions", true)
                .put("pnorm", 2)
                .put("poolingType", kind(kind));
        layer.putArray("poolingDimensions").add(2);
        return layer;
    }

    private ObjectNode embedding(String name, Embedding embedding, Shape input) {
        ObjectNode layer = weighted(name, "EmbeddingSequenceLayer", embedding.tokens(), embedding.outputs())
                .put("hasBias", false)
                .put("inferInputLength", false)
                .put("inputLength", input.width())
                .put("outputFormat", "NCW");
        return embedding.masksPadding() ? layer.put(SequenceLayers.MASKS_PADDING, true) : layer;
    }

    private ObjectNode sequenceConvolution(String name, Convolution1D convolution, Shape input) {
        ObjectNode layer = weighted(name, "Convolution1DLayer", input.channels(), convolution.outputs())
                .put("hasBias", convolution.hasBias())
                .put("rnnDataFormat", "NCW")
                .put("cnn2dDataFormat", DataFormat.NCHW.name())
                .put("cudnnAlgoMode", "PREFER_FASTEST")
                .put("cudnnAllowFallback", true);
        pair(layer, "kernelSize", convolution.kernel(), convolution.kernel());
        pair(layer, "stride", convolution.stride(), convolution.stride());
        pair(layer, "dilation", convolution.dilation(), convolution.dilation());
        Padding padding = convolution.padding();
        boolean isCausal =
                padding.right() == 0 && padding.left() == (convolution.kernel() - 1) * convolution.dilation();
        if (isCausal && padding.left() > 0) {
            layer.put("convolutionMode", "Causal");
            pair(layer, "padding", 0, 0);
        } else {
            padding(name, layer, padding);
            pair(layer, "padding", padding.left(), padding.left());
        }
        return layer;
    }

    /** Writes a layer without weights that holds a loss. */
    ObjectNode loss(String name) {
        return weighted(name, "LossLayer", 0, 0);
    }

    /**
     * Returns the names of a written layer's tensors. DL4J goes by them, not by {@code useLogStd}, to tell how a
     * variance is stored.
     */
    static List<String> variables(ObjectNode layer) {
        if (layer.has("useLogStd")) {
            return layer.get("lockGammaBeta").booleanValue()
                    ? List.of("mean", "var")
                    : List.of("gamma", "beta", "mean", "var");
        }
        if (layer.has("hasBias")) {
            List<String> names = new ArrayList<>(List.of("W"));
            if (layer.get("hasBias").booleanValue()) {
                names.add("b");
            }
            if (layer.has(LAYER_NORM) && layer.get(LAYER_NORM).booleanValue()) {
                names.add("g");
            }
            return names;
        }
        return List.of();
    }

    /** Writes dropout as part of a layer. */
    static ObjectNode dropout(Dropout dropout) {
        return Json.mapper()
                .createObjectNode()
                .put("@class", "org.deeplearning4j.nn.conf.dropout.Dropout")
                .put("helperAllowFallback", true)
                .put("p", dropout.keep());
    }

    private ObjectNode convolution(String name, Convolution2D convolution, Shape input) {
        ObjectNode layer = weighted(name, "ConvolutionLayer", input.channels(), convolution.outputs())
                .put("hasBias", convolution.hasBias())
                .put("cnn2dDataFormat", format.name())
                .put("cudnnAlgoMode", "PREFER_FASTEST")
                .put("cudnnAllowFallback", true);
        pair(layer, "kernelSize", convolution.kernelHeight(), convolution.kernelWidth());
        pair(layer, "stride", convolution.strideHeight(), convolution.strideWidth());
        pair(layer, "dilation", convolution.dilationHeight(), convolution.dilationWidth());
        padding(name, layer, convolution.padding());
        return layer;
    }

    private ObjectNode normalisation(String name, BatchNormalization normalisation, Shape input) {
        ObjectNode layer = weighted(name, "BatchNormalization", input.channels(), input.channels());
        TrainingSettings.write(layer, updater, false);
        return layer.put("eps", normalisation.epsilon())
                .put("decay", normalisation.decay())
                .put("lockGammaBeta", normalisation.isFixed())
                .put("gamma", 1.0)
                .put("beta", 0.0)
                .put("minibatch", true)
                .put("useLogStd", false) // the variance as it is, so that nothing is lost
                .put("cnn2DFormat", format.name())
                .put("cudnnAllowFallback", true);
    }

    private ObjectNode pooling(String name, Pooling2D pooling) {
        checkArgument(pooling.kind() != PoolingKind.SUM, "layer %s pools sums, which DL4J only does globally", name);
        ObjectNode layer = plain(name, "SubsamplingLayer")
                .put("poolingType", kind(pooling.kind()))
                .put("avgPoolIncludePadInDivisor", pooling.countsPadding())
                .put("cnn2dDataFormat", format.name())
                .put("cudnnAllowFallback", true)
                .put("eps", 1e-8)
                .put("pnorm", 0);
        pair(layer, "kernelSize", pooling.kernelHeight(), pooling.kernelWidth());
        pair(layer, "stride", pooling.strideHeight(), pooling.strideWidth());
        pair(layer, "dilation", pooling.dilationHeight(), pooling.dilationWidth());
        padding(name, layer, pooling.padding());
        return layer;
    }

    private ObjectNode globalPooling(String name, GlobalPooling pooling) {
        ObjectNode layer = plain(name, "GlobalPoolingLayer")
                .put("collapseDimensions", true)
                .put("pnorm", 2)
                .put("poolingType", kind(pooling.kind()));
        pair(
                layer,
                "poolingDimensions",
                format.imageAxes().get(0),
                format.imageAxes().get(1));
        return layer;
    }

    private ObjectNode zeroPadding(String name, ZeroPadding padding) {
        ObjectNode layer = plain(name, "ZeroPaddingLayer").put("dataFormat", format.name());
        layer.putArray("padding")
                .add(padding.top())
                .add(padding.bottom())
                .add(padding.left())
                .add(padding.right());
        return layer;
    }

    private static void padding(String name, ObjectNode layer, Padding padding) {
        checkArgument(
                padding.top() == padding.bottom() && padding.left() == padding.right(),
                "layer %s pads unevenly (%s), which DL4J does not have; put a ZeroPadding before it",
                name,
                padding);
        layer.put("convolutionMode", padding.isSame() ? "Same" : "Truncate");
        pair(layer, "padding", padding.top(), padding.left());
    }

    private ObjectNode weighted(String name, String className, int inputs, int outputs) {
        ObjectNode layer = plain(name, className)
                .put("nin", inputs)
                .put("nout", outputs)
                .put("biasInit", 0.0)
                .put("gainInit", 1.0);
        layer.putNull("biasUpdater").putNull("weightNoise");
        layer.set("activationFn", Activations.write(IDENTITY));
        layer.putObject("weightInitFn").put("@class", "org.deeplearning4j.nn.weights.WeightInitXavier");
        TrainingSettings.write(layer, updater, true);
        return layer;
    }

    private static ObjectNode plain(String name, String className) {
        ObjectNode layer = Json.mapper()
                .createObjectNode()
                .put("@class", LAYERS + className)
                .put("gradientNormalization", "None")
                .put("gradientNormalizationThreshold", 1.0)
                .put("layerName", name);
        return layer.putNull("constraints").putNull("idropout");
    }

    private static String kind(PoolingKind kind) {
        return kind == PoolingKind.AVERAGE ? "AVG" : kind.name();
    }

    private static void pair(ObjectNode layer, String name, int first, int second) {
        layer.putArray(name).add(first).add(second);
    }
}
