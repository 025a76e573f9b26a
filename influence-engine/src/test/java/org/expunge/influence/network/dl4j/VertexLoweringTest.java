package org.expunge.influence.network.dl4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.function.UnaryOperator;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration.GraphBuilder;
import org.deeplearning4j.nn.conf.GradientNormalization;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.constraint.MaxNormConstraint;
import org.deeplearning4j.nn.conf.dropout.GaussianDropout;
import org.deeplearning4j.nn.conf.graph.ElementWiseVertex;
import org.deeplearning4j.nn.conf.graph.ScaleVertex;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.LocalResponseNormalization;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.PoolingType;
import org.deeplearning4j.nn.conf.layers.SeparableConvolution2D;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.deeplearning4j.nn.conf.layers.Upsampling2D;
import org.deeplearning4j.nn.conf.weightnoise.DropConnect;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.expunge.influence.data.Shape;
import org.expunge.influence.io.BadInputException;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.activations.impl.ActivationGELU;
import org.nd4j.linalg.activations.impl.ActivationReLU;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.AdaGrad;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;
import org.nd4j.linalg.lossfunctions.impl.LossMSE;

/** What DL4J has and we do not is refused by name; what only steers its training is kept as a warning. */
class VertexLoweringTest {
    private static final Shape ROW = Shape.flat(4);
    private static final Shape IMAGE = new Shape(2, 6, 6);

    @TempDir
    private Path folder;

    @Nested
    class Refused {
        @Test
        void layersThatAreNotThere() {
            assertImageRefused(
                    new Upsampling2D.Builder(2).build(), "layer 1 'layer1' (Upsampling2D)", "is not supported");
            assertImageRefused(new LocalResponseNormalization(), "LocalResponseNormalization", "network.layer");
            assertImageRefused(
                    new SeparableConvolution2D.Builder(2, 2).nOut(2).build(), "SeparableConvolution2D", "not loaded");
        }

        @ParameterizedTest
        @EnumSource(
                value = Activation.class,
                names = {
                    "CUBE",
                    "HARDSIGMOID",
                    "HARDTANH",
                    "MISH",
                    "RATIONALTANH",
                    "RELU6",
                    "RRELU",
                    "SELU",
                    "SOFTMAX",
                    "SOFTSIGN",
                    "THRESHOLDEDRELU"
                })
        void activations(Activation activation) {
            assertRefused(dense().activation(activation).build(), "layer 0 'layer0' (DenseLayer)", "not supported");
        }

        @Test
        void variantsOfActivations() {
            assertRefused(dense().activation(new ActivationGELU(true)).build(), "precise form of GELU");
            assertRefused(dense().activation(new ActivationReLU(3.0, 0.0, 0.0)).build(), "'max' or 'threshold'");
        }

        @Test
        void lossesAndTheirWeights() {
            assertRefused(output(LossFunction.MEAN_ABSOLUTE_ERROR, Activation.IDENTITY), "Identity with LossMAE");
            assertRefused(output(LossFunction.MSE, Activation.SIGMOID), "Sigmoid with LossMSE is not supported");
            assertRefused(
                    new OutputLayer.Builder(new LossMSE(Nd4j.createFromArray(1f, 2f)))
                            .nOut(2)
                            .activation(Activation.IDENTITY)
                            .build(),
                    "class weights");
        }

        @Test
        void settingsThatChangeTheForwardPassOfTraining() {
            assertRefused(dense().dropOut(new GaussianDropout(0.5)).build(), "GaussianDropout", "plain Dropout is");
            assertRefused(dense().weightNoise(new DropConnect(0.5)).build(), "weightNoise");
        }

        @Test
        void kindsOfPooling() {
            assertImageRefused(
                    new SubsamplingLayer.Builder(SubsamplingLayer.PoolingType.PNORM)
                            .pnorm(2)
                            .kernelSize(2, 2)
                            .build(),
                    "poolingType PNORM");
            assertImageRefused(
                    new GlobalPoolingLayer.Builder(PoolingType.PNORM).pnorm(2).build(), "poolingType PNORM");
        }

        @Test
        void lockedNormalisationThatIsNotPlain() {
            assertRefused(new BatchNormalization.Builder(2.0, 1.0, true).nOut(4).build(), "locked at 2.0 and 1.0");
        }

        @Test
        void verticesThatAreNotThere() {
            assertGraphRefused(
                    g -> g.addLayer("a", dense().build(), "in")
                            .addVertex("minus", new ElementWiseVertex(ElementWiseVertex.Op.Subtract), "a", "in")
                            .addLayer("out", softmax(), "minus")
                            .setOutputs("out"),
                    "vertex 1 'minus'",
                    "element-wise Subtract");
            assertGraphRefused(
                    g -> g.addVertex("scale", new ScaleVertex(2), "in")
                            .addLayer("out", softmax(), "scale")
                            .setOutputs("out"),
                    "vertex 0 'scale'",
                    "ScaleVertex is not supported");
        }

        @Test
        void severalOutputs() {
            assertGraphRefused(
                    g -> g.addLayer("a", softmax(), "in")
                            .addLayer("b", softmax(), "in")
                            .setOutputs("a", "b"),
                    "outputs [a, b]");
        }

        @Test
        void settingsThatNobodyKnows() throws IOException {
            Path file = fixture(dense().build())
                    .configured("\"hasLayerNorm\"", "\"hasAnotherNorm\" : 1, \"hasLayerNorm\"")
                    .write(folder);

            assertThatThrownBy(() -> Dl4jZip.read(file))
                    .isInstanceOf(BadInputException.class)
                    .hasMessageContaining("layer 0 'layer0' (DenseLayer)")
                    .hasMessageContaining("'hasAnotherNorm' = 1");
        }

        @Test
        void settingsOfTheWrongKind() throws IOException {
            Path file = fixture(dense().build())
                    .configured("\"nout\" : 4", "\"nout\" : \"4\"")
                    .write(folder);

            assertThatThrownBy(() -> Dl4jZip.read(file)).hasMessageContaining("'nout' must be an integer, got \"4\"");
        }

        @Test
        void halfPrecision() throws IOException {
            ZipFixture zip = ZipFixture.of(
                    new Dl4jNet(
                            network(new NeuralNetConfiguration.Builder().dataType(DataType.FLOAT16), dense().build())),
                    folder);

            Path file = zip.write(folder);

            assertThatThrownBy(() -> Dl4jZip.read(file)).hasMessageContaining("dataType is HALF");
        }
    }

    @Nested
    class Warned {
        @Test
        void settingsThatOnlySteerTraining() throws IOException {
            NeuralNetConfiguration.Builder builder = new NeuralNetConfiguration.Builder()
                    .l1(0.1)
                    .gradientNormalization(GradientNormalization.ClipL2PerLayer)
                    .biasUpdater(new Sgd(1))
                    .constrainWeights(new MaxNormConstraint(1, 1));

            ImportedModel imported = read(new Dl4jNet(network(builder, dense().build())));

            assertThat(imported.warnings())
                    .anyMatch(w -> w.contains("layer 0 'layer0' (DenseLayer): regularization L1Regularization"))
                    .anyMatch(w -> w.contains("gradientNormalization ClipL2PerLayer"))
                    .anyMatch(w -> w.contains("biasUpdater"))
                    .anyMatch(w -> w.contains("constraints"));
            assertThat(imported.updater()).isEmpty();
        }

        @Test
        void updatersThatAreNotKnownOrDiffer() throws IOException {
            ImportedModel other = read(new Dl4jNet(
                    network(new NeuralNetConfiguration.Builder().updater(new AdaGrad(0.1)), dense().build())));
            ImportedModel unequal = read(new Dl4jNet(network(
                    new NeuralNetConfiguration.Builder().updater(new Sgd(0.1)),
                    dense().updater(new Sgd(0.2)).build())));

            assertThat(other.warnings()).anyMatch(w -> w.contains("updater AdaGrad"));
            assertThat(other.updater()).isEmpty();
            assertThat(unequal.warnings()).anyMatch(w -> w.contains("the layers differ"));
            assertThat(unequal.updater()).isEmpty();
        }

        @Test
        void dropoutWhereDl4jPassesOverIt() throws IOException {
            ImportedModel imported = read(new Dl4jNet(network(
                    new NeuralNetConfiguration.Builder(),
                    new org.deeplearning4j.nn.conf.layers.ActivationLayer.Builder()
                            .activation(Activation.TANH)
                            .dropOut(0.5)
                            .build())));

            assertThat(imported.warnings()).singleElement().asString().contains("dropOut (DL4J does not apply it");
            assertThat(imported.model().network().nodes()).hasSize(2);
        }
    }

    private static DenseLayer.Builder dense() {
        return new DenseLayer.Builder().nOut(4);
    }

    private static OutputLayer softmax() {
        return output(LossFunction.MCXENT, Activation.SOFTMAX);
    }

    private static OutputLayer output(LossFunction loss, Activation activation) {
        return new OutputLayer.Builder(loss).nOut(2).activation(activation).build();
    }

    private ZipFixture fixture(Layer layer) throws IOException {
        return ZipFixture.of(new Dl4jNet(network(new NeuralNetConfiguration.Builder(), layer)), folder);
    }

    private ImportedModel read(Dl4jNet net) throws IOException {
        Path file = folder.resolve("model.zip");
        net.save(file, false);
        return Dl4jZip.read(file, ROW);
    }

    private static MultiLayerNetwork network(NeuralNetConfiguration.Builder builder, Layer layer) {
        NeuralNetConfiguration.ListBuilder list = builder.list().layer(layer);
        if (!(layer instanceof OutputLayer)) {
            list.layer(softmax());
        }
        MultiLayerNetwork net = new MultiLayerNetwork(list.setInputType(InputType.feedForward(4))
                .validateOutputLayerConfig(false)
                .build());
        net.init();
        return net;
    }

    private void assertRefused(Layer layer, String... said) {
        assertRefused(new Dl4jNet(network(new NeuralNetConfiguration.Builder(), layer)), ROW, said);
    }

    private void assertImageRefused(Layer layer, String... said) {
        MultiLayerNetwork net = new MultiLayerNetwork(new NeuralNetConfiguration.Builder()
                .list()
                .layer(new ConvolutionLayer.Builder(2, 2).nOut(2).build())
                .layer(layer)
                .layer(softmax())
                .setInputType(InputType.convolutional(6, 6, 2))
                .build());
        net.init();
        assertRefused(new Dl4jNet(net), IMAGE, said);
    }

    private void assertGraphRefused(UnaryOperator<GraphBuilder> build, String... said) {
        ComputationGraph net = new ComputationGraph(build.apply(new NeuralNetConfiguration.Builder()
                        .graphBuilder()
                        .addInputs("in")
                        .setInputTypes(InputType.feedForward(4)))
                .build());
        net.init();
        assertRefused(new Dl4jNet(net), ROW, said);
    }

    private void assertRefused(Dl4jNet net, Shape input, String... said) {
        Path file = folder.resolve("model.zip");
        assertThatThrownBy(() -> {
                    net.save(file, false);
                    Dl4jZip.read(file, input);
                })
                .isInstanceOf(BadInputException.class)
                .message()
                .contains(said);
    }
}
