package org.expunge.influence.network.dl4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.expunge.influence.data.Shape;
import org.expunge.influence.io.BadInputException;
import org.expunge.influence.network.Model;
import org.expunge.influence.network.Network;
import org.expunge.influence.network.layer.Dense;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** What a file from outside can be, and what is said about it. */
class Dl4jZipTest {
    private static final String GADGET = Gadget.class.getName();

    @TempDir
    private Path folder;

    private ZipFixture zip = new ZipFixture();

    @BeforeEach
    void saveWithDl4j() throws IOException {
        zip = ZipFixture.of(configuration(), folder);
    }

    private static MultiLayerConfiguration configuration() {
        return new NeuralNetConfiguration.Builder()
                .seed(1)
                .updater(new Adam(0.01))
                .l2(0.001)
                .list()
                .layer(new DenseLayer.Builder()
                        .nIn(4)
                        .nOut(3)
                        .activation(Activation.TANH)
                        .dropOut(0.7)
                        .build())
                .layer(new BatchNormalization.Builder().nIn(3).nOut(3).build())
                .layer(new OutputLayer.Builder(LossFunction.MCXENT)
                        .nIn(3)
                        .nOut(2)
                        .activation(Activation.SOFTMAX)
                        .build())
                .build();
    }

    @Test
    void readsHowDl4jWasToTrainTheModel() throws IOException {
        ImportedModel imported = Dl4jZip.read(zip.write(folder));

        assertThat(imported.updater())
                .contains(Dl4jUpdater.adam(0.01, 0.9, 0.999, 1e-8).withPenalties(0.001, 0));
    }

    @Test
    void readsTheJsonOfBetasThatLacksLaterSettings() throws IOException {
        double[] parameters = Dl4jZip.read(zip.write(folder)).model().parameters();
        String json = new String(zip.get("configuration.json"), StandardCharsets.UTF_8);
        String older = json.replaceAll(
                "\"(useLogStd|timeDistributedFormat|cnn2DFormat|softmaxClipEps|hasLayerNorm|helperAllowFallback)\" : [^,\n]*(,?)\n",
                "");

        Path file = zip.with(
                        "configuration.json", older.replaceAll(",(\\s*})", "$1").getBytes(StandardCharsets.UTF_8))
                .write(folder);

        assertThat(older.length()).isLessThan(json.length());
        assertThat(Dl4jZip.read(file).model().parameters()).containsExactly(parameters);
    }

    @Test
    void saysWhichEntriesItDoesNotRead() throws IOException {
        Path file = zip.with("normalizer.bin", new byte[] {1})
                .with("notes.txt", new byte[0])
                .write(folder);

        assertThat(Dl4jZip.read(file).warnings())
                .hasSize(3)
                .anyMatch(w -> w.contains("normalizer.bin"))
                .anyMatch(w -> w.contains("updaterState.bin"))
                .anyMatch(w -> w.contains("notes.txt"));
    }

    @Test
    void writesTheSameBytesForTheSameModel() throws IOException {
        Model model = Dl4jZip.read(zip.write(folder)).model();

        Dl4jZip.write(folder.resolve("a.zip"), model);
        Dl4jZip.write(folder.resolve("b.zip"), model);

        assertThat(folder.resolve("a.zip")).hasSameBinaryContentAs(folder.resolve("b.zip"));
    }

    @Test
    void writesTheUpdaterItIsGiven() throws IOException {
        Model model = Dl4jZip.read(zip.write(folder)).model();
        Dl4jUpdater updater = Dl4jUpdater.nesterovs(0.3, 0.8).withPenalties(0.01, 0.02);

        Dl4jZip.write(folder.resolve("a.zip"), model, updater);

        assertThat(Dl4jZip.read(folder.resolve("a.zip")).updater()).contains(updater);
    }

    @Test
    void leavesTheOldFileWhenANetworkCannotBeWritten() throws IOException {
        Path file = zip.write(folder);
        byte[] before = Files.readAllBytes(file);
        Network squares = Network.builder(Shape.flat(2))
                .add("d", new Dense(1))
                .add("x", new Unwritable())
                .build(org.expunge.influence.compute.Loss.SQUARED_ERROR);

        assertThatThrownBy(() -> Dl4jZip.write(file, new Model(squares, new double[3], new double[0])))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("layer x (Unwritable)");
        assertThat(file).hasBinaryContent(before);
    }

    @Nested
    class Untrusted {
        @Test
        void namesAFileThatIsNotThere() {
            assertThatThrownBy(() -> Dl4jZip.read(folder.resolve("absent.zip")))
                    .isInstanceOf(NoSuchFileException.class)
                    .hasMessageContaining("absent.zip");
        }

        @ParameterizedTest
        @ValueSource(doubles = {0, 0.1, 0.5, 0.9, 0.99})
        void refusesAZipThatIsCutOff(double part) throws IOException {
            byte[] bytes = zip.bytes();
            Path file = Files.write(
                    folder.resolve("model.zip"), java.util.Arrays.copyOf(bytes, (int) (part * bytes.length)));

            assertThatThrownBy(() -> Dl4jZip.read(file))
                    .isInstanceOf(BadInputException.class)
                    .hasMessageContaining("model.zip");
        }

        @Test
        void survivesAnyFlippedByte() throws IOException {
            byte[] bytes = zip.bytes();
            Path file = folder.resolve("model.zip");
            for (int i = 0; i < bytes.length; i += 7) {
                byte[] spoilt = bytes.clone();
                spoilt[i] ^= 0x55;
                Files.write(file, spoilt);
                assertReadOrRefused(file);
            }
        }

        private void assertReadOrRefused(Path file) throws IOException {
            try {
                assertThat(Dl4jZip.read(file).model().parameters()).hasSize(29);
            } catch (BadInputException e) {
                assertThat(e).hasMessageContaining("model.zip");
            }
        }

        @Test
        void refusesAConfigurationThatInflatesWithoutEnd() throws IOException {
            Path file = zip.with("configuration.json", new byte[40 << 20]).write(folder);

            assertRefused(file, "configuration.json", "holds more than");
        }

        @Test
        void refusesParametersThatTheFileCannotHold() throws IOException {
            Path file = zip.configured("\"nout\" : 3", "\"nout\" : 30000000")
                    .configured("\"nin\" : 3", "\"nin\" : 30000000")
                    .write(folder);

            assertRefused(file, "coefficients.bin", "truncated or hostile");
        }

        @Test
        void refusesSizesThatOverflow() throws IOException {
            Path file = zip.configured("\"nout\" : 3", "\"nout\" : 2000000000")
                    .configured("\"nin\" : 3", "\"nin\" : 2000000000")
                    .write(folder);

            assertRefused(file, "layer 0 'layer0'");
        }

        @Test
        void refusesAZipWithoutParameters() throws IOException {
            assertRefused(zip.without("coefficients.bin").write(folder), "has no entry coefficients.bin");
        }

        @Test
        void refusesAZipWithoutAConfiguration() throws IOException {
            assertRefused(zip.without("configuration.json").write(folder), "has no entry configuration.json");
        }

        @Test
        void refusesParametersOfAnotherNetwork() throws IOException {
            Path file =
                    zip.configured("\"hasBias\" : true", "\"hasBias\" : false").write(folder);

            assertRefused(file, "coefficients.bin", "holds 35 numbers", "30 parameters");
        }

        @Test
        void namesTheTensorThatIsNotANumber() throws IOException {
            byte[] bytes = zip.get("coefficients.bin");
            java.nio.ByteBuffer.wrap(bytes).putFloat(bytes.length - 4 * 35 + 4 * 13, Float.NaN);

            assertRefused(zip.write(folder), "tensor layer0.b holds NaN at index 1");
        }

        @Test
        void namesAStatisticThatOverflows() throws IOException {
            byte[] bytes = zip.get("coefficients.bin");
            java.nio.ByteBuffer.wrap(bytes).putFloat(bytes.length - 4 * 8 - 4, 400);

            assertRefused(zip.write(folder), "tensor layer1.var holds Infinity at index 2");
        }

        @ParameterizedTest
        @CsvSource({
            "org.deeplearning4j.nn.conf.layers.DenseLayer, layer 0 'layer0'",
            "org.nd4j.linalg.activations.impl.ActivationTanH, activation",
            "org.nd4j.linalg.lossfunctions.impl.LossMCXENT, is not supported",
            "org.deeplearning4j.nn.conf.dropout.Dropout, is not supported",
        })
        void neverLoadsAClassThatTheFileNames(String known, String said) throws IOException {
            Path file =
                    zip.configured("\"" + known + "\"", "\"" + GADGET + "\"").write(folder);

            assertRefused(file, GADGET, said);
            assertThat(System.getProperty(Gadget.LOADED)).isNull();
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "org.nd4j.linalg.learning.config.Adam",
                    "org.nd4j.linalg.learning.regularization.L2Regularization",
                    "org.deeplearning4j.nn.weights.WeightInitXavier"
                })
        void neverLoadsAClassThatOnlyTrainingNeeds(String known) throws IOException {
            Path file =
                    zip.configured("\"" + known + "\"", "\"" + GADGET + "\"").write(folder);

            Dl4jZip.read(file);

            assertThat(System.getProperty(Gadget.LOADED)).isNull();
        }

        @ParameterizedTest
        @ValueSource(
                strings = {"{", "[]", "{}", "null", "{\"confs\":[]}", "{\"confs\":3}", "{\"confs\":[{}]}", "\u0000"})
        void refusesAnotherConfiguration(String json) throws IOException {
            Path file = zip.with("configuration.json", json.getBytes(StandardCharsets.UTF_8))
                    .write(folder);

            assertRefused(file, "configuration.json");
        }

        @Test
        void refusesNestingWithoutEnd() throws IOException {
            String json = "{\"confs\":" + "[".repeat(100_000);
            Path file = zip.with("configuration.json", json.getBytes(StandardCharsets.UTF_8))
                    .write(folder);

            assertRefused(file, "configuration.json");
        }
    }

    @Nested
    class Inputs {
        private ZipFixture image() throws IOException {
            return ZipFixture.of(
                    new NeuralNetConfiguration.Builder()
                            .list()
                            .layer(new ConvolutionLayer.Builder(2, 2).nOut(2).build())
                            .layer(new OutputLayer.Builder(LossFunction.MSE)
                                    .nOut(2)
                                    .activation(Activation.IDENTITY)
                                    .build())
                            .setInputType(InputType.convolutional(4, 5, 3))
                            .build(),
                    folder);
        }

        @Test
        void asksForAShapeThatTheFileDoesNotSay() throws IOException {
            assertRefused(image().write(folder), "give its shape as channels, rows, columns");
        }

        @Test
        void takesTheShapeItIsGiven() throws IOException {
            Network network = Dl4jZip.read(image().write(folder), new Shape(3, 4, 5))
                    .model()
                    .network();

            assertThat(network.input()).isEqualTo(new Shape(3, 4, 5));
        }

        @ParameterizedTest
        @CsvSource({
            "stride, 2147483647",
            "stride, -1",
            "stride, 0",
            "padding, 2000000000",
            "kernelSize, 20000",
            "kernelSize, 0",
            "dilation, 1073741824",
            "dilation, 0",
            "kernelSize, 7"
        })
        void refusesAWindowThatCannotBe(String setting, String value) throws IOException {
            String old = setting.equals("padding") ? "0" : setting.equals("kernelSize") ? "2" : "1";
            Path file = image().configured(
                            "\"" + setting + "\" : [ " + old + ", " + old + " ]",
                            "\"" + setting + "\" : [ " + value + ", " + value + " ]")
                    .write(folder);

            assertThatThrownBy(() -> Dl4jZip.read(file, new Shape(3, 4, 5)))
                    .isInstanceOf(BadInputException.class)
                    .hasMessageContaining("layer 0 'layer0' (ConvolutionLayer)");
        }

        @Test
        void refusesAShapeThatDoesNotFit() throws IOException {
            Path file = image().write(folder);

            assertThatThrownBy(() -> Dl4jZip.read(file, new Shape(2, 4, 5)))
                    .isInstanceOf(BadInputException.class)
                    .hasMessageContaining("layer 0 'layer0' (ConvolutionLayer)")
                    .hasMessageContaining("'nin' is 3 but the layer gets 2");
            assertThatThrownBy(() -> Dl4jZip.read(file, new Shape(3, 5, 5)))
                    .isInstanceOf(BadInputException.class)
                    .hasMessageContaining("is for images of 2 × 3 × 4 but gets 2 × 4 × 4");
        }
    }

    private static void assertRefused(Path file, String... said) {
        assertThatThrownBy(() -> Dl4jZip.read(file))
                .isInstanceOf(BadInputException.class)
                .hasMessageContaining("model.zip")
                .message()
                .contains(List.of(said));
    }
}
