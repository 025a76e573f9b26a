package org.expunge.influence.network.dl4j;

import java.util.List;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.Convolution1DLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.EmbeddingSequenceLayer;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.PoolingType;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.expunge.influence.data.Shape;
import org.expunge.influence.network.dl4j.Specimen.Trust;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** Small nets of sequences of tokens, and dense layers with layer normalisation. */
final class SequenceZoo {
    static final int TOKENS = 7;
    static final int LENGTH = 6;

    private static final int VECTOR = 4;

    private final DataType type;
    private final List<Specimen> specimens;

    SequenceZoo(DataType type, List<Specimen> specimens) {
        this.type = type;
        this.specimens = specimens;
    }

    void fill() {
        for (PoolingType kind : List.of(PoolingType.MAX, PoolingType.AVG, PoolingType.SUM)) {
            tokens("embedding, " + kind, embedding(), new GlobalPoolingLayer(kind), softmax(VECTOR));
        }
        tokens(
                "embedding with activation",
                new EmbeddingSequenceLayer.Builder()
                        .nIn(TOKENS)
                        .nOut(VECTOR)
                        .activation(Activation.TANH)
                        .build(),
                new GlobalPoolingLayer(PoolingType.AVG),
                softmax(VECTOR));
        convolution("sequence convolution", new Convolution1DLayer.Builder(3));
        convolution("same sequence convolution", same(new Convolution1DLayer.Builder(3)));
        convolution("even same sequence convolution", same(new Convolution1DLayer.Builder(2)));
        convolution("strided sequence convolution", new Convolution1DLayer.Builder(2).stride(2));
        convolution("dilated sequence convolution", new Convolution1DLayer.Builder(2).dilation(3));
        convolution("padded sequence convolution", new Convolution1DLayer.Builder(3).padding(2));
        convolution(
                "causal sequence convolution",
                new Convolution1DLayer.Builder(2).dilation(2).convolutionMode(ConvolutionMode.Causal));
        convolution("unbiased sequence convolution", new Convolution1DLayer.Builder(3).hasBias(false));
        flat("layer norm", true, Activation.TANH);
        flat("layer norm without bias", false, Activation.TANH);
        flat("layer norm without activation", true, Activation.IDENTITY);
    }

    private void convolution(String name, Convolution1DLayer.Builder convolution) {
        tokens(
                name,
                embedding(),
                convolution.nIn(VECTOR).nOut(5).activation(Activation.SOFTPLUS).build(),
                new GlobalPoolingLayer(PoolingType.MAX),
                softmax(5));
    }

    private void flat(String name, boolean hasBias, Activation activation) {
        DenseLayer dense = new DenseLayer.Builder()
                .nIn(5)
                .nOut(4)
                .hasBias(hasBias)
                .hasLayerNorm(true)
                .activation(activation)
                .build();
        add(name, Shape.flat(5), "softmax", dense, softmax(4));
    }

    private void tokens(String name, Layer... layers) {
        add(name, new Shape(1, 1, LENGTH), "tokens", layers);
    }

    private void add(String name, Shape shape, String loss, Layer... layers) {
        NeuralNetConfiguration.ListBuilder list =
                new NeuralNetConfiguration.Builder().seed(7).dataType(type).list();
        for (Layer layer : layers) {
            list.layer(layer);
        }
        MultiLayerNetwork net = new MultiLayerNetwork(list.build());
        net.init();
        specimens.add(new Specimen(name, new Dl4jNet(net).shaken(specimens.size()), shape, loss, Trust.ALL));
    }

    private static EmbeddingSequenceLayer embedding() {
        return new EmbeddingSequenceLayer.Builder().nIn(TOKENS).nOut(VECTOR).build();
    }

    private static Convolution1DLayer.Builder same(Convolution1DLayer.Builder layer) {
        layer.convolutionMode(ConvolutionMode.Same);
        return layer;
    }

    private static OutputLayer softmax(int inputs) {
        return new OutputLayer.Builder(LossFunction.MCXENT)
                .nIn(inputs)
                .nOut(3)
                .activation(Activation.SOFTMAX)
                .build();
    }
}
