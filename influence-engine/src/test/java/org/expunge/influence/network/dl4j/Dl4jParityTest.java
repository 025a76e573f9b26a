package org.expunge.influence.network.dl4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.expunge.influence.network.dl4j.Closeness.assertClose;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.network.Model;
import org.expunge.influence.network.Network;
import org.expunge.influence.network.dl4j.Specimen.Trust;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.buffer.DataType;

/** Every net of the zoo: DL4J's file read by us, our file read by DL4J, and what each then computes. */
class Dl4jParityTest {
    /** Sums of at most 200 products of numbers near 1 in double: 200 · 2⁻⁵³ ≈ 2e-14, through a few layers. */
    private static final double DOUBLE = 1e-9;

    /** The same in float: 200 · 2⁻²⁴ ≈ 1.2e-5 at worst, on sums that grow to a few tens. */
    private static final double FLOAT = 1e-4;

    private static final int ROWS = 7;

    @TempDir
    private Path folder;

    static List<Specimen> doubles() {
        return NetZoo.all(DataType.DOUBLE);
    }

    static List<Specimen> floats() {
        return NetZoo.all(DataType.FLOAT);
    }

    @ParameterizedTest
    @MethodSource("doubles")
    void predictsLosesAndDifferentiatesAsDl4jDoes(Specimen specimen) throws IOException {
        compare(specimen, DOUBLE);
    }

    @ParameterizedTest
    @MethodSource("floats")
    void readsFloatModels(Specimen specimen) throws IOException {
        compare(specimen, FLOAT);
    }

    @ParameterizedTest
    @MethodSource("doubles")
    void writesWhatDl4jLoadsAndPredictsWith(Specimen specimen) throws IOException {
        Model model = imported(specimen);
        Path zip = folder.resolve("ours.zip");

        Dl4jZip.write(zip, model);

        Dl4jNet restored = Dl4jNet.restore(zip, specimen.net().isGraph());
        Dataset data = data(specimen);
        assertClose(flat(restored.predict(data)), flat(specimen.net().predict(data)), 1e-12);
    }

    @ParameterizedTest
    @MethodSource("doubles")
    void readsBackWhatItWrote(Specimen specimen) throws IOException {
        Model model = imported(specimen);
        Path zip = folder.resolve("ours.zip");
        Dl4jZip.write(zip, model);

        ImportedModel again = Dl4jZip.read(zip, specimen.input());

        assertThat(again.model().parameters()).containsExactly(model.parameters());
        assertThat(again.model().statistics()).containsExactly(model.statistics());
        assertThat(again.model().network().nodes())
                .extracting(Network.Node::layer)
                .isEqualTo(layers(model));
        assertThat(again.model().network().nodes())
                .extracting(Network.Node::name)
                .isEqualTo(names(model));
        assertThat(again.model().network().loss()).isEqualTo(model.network().loss());
        assertThat(again.warnings()).allMatch(warning -> warning.contains("row, column, channel order"));
        assertThat(again.updater()).contains(Dl4jUpdater.DEFAULT);
    }

    @ParameterizedTest
    @MethodSource("doubles")
    void findsTheInputsShapeInWhatItWrote(Specimen specimen) throws IOException {
        Path zip = folder.resolve("ours.zip");
        Dl4jZip.write(zip, imported(specimen));

        Network network = Dl4jZip.read(zip).model().network();

        assertThat(network.input().length()).isEqualTo(specimen.input().length());
    }

    private void compare(Specimen specimen, double tolerance) throws IOException {
        Model model = imported(specimen);
        Dataset data = data(specimen);

        OurNet ours = OurNet.run(model, data);

        assertClose(flat(ours.predictions()), flat(specimen.net().predict(data)), tolerance);
        if (specimen.trust() != Trust.OUTPUT) {
            assertThat(ours.meanLoss()).isCloseTo(specimen.net().meanLoss(data), within(tolerance));
        }
        if (specimen.trust() == Trust.ALL) {
            assertClose(ours.gradientSum(), inOurOrder(specimen.net().gradientSum(data), model), tolerance);
            assertThat(model.parameters())
                    .containsExactly(inOurOrder(specimen.net().parameters(), model));
        }
    }

    private static double[] inOurOrder(double[] theirs, Model model) throws IOException {
        return new FlatParameters(model.network())
                .split(theirs, Set.of(), "theirs")
                .parameters();
    }

    private Model imported(Specimen specimen) throws IOException {
        Path zip = folder.resolve("theirs.zip");
        specimen.net().save(zip, false);
        ImportedModel imported = Dl4jZip.read(zip, specimen.input());
        assertThat(imported.warnings()).allMatch(warning -> warning.contains("row, column, channel order"));
        return imported.model();
    }

    private static Dataset data(Specimen specimen) {
        return Dl4jNet.data(specimen.input(), ROWS, 3, specimen.loss().toLowerCase(Locale.ROOT), 11);
    }

    private static List<?> layers(Model model) {
        return model.network().nodes().stream().map(Network.Node::layer).toList();
    }

    private static List<?> names(Model model) {
        return model.network().nodes().stream().map(Network.Node::name).toList();
    }

    private static double[] flat(double[][] rows) {
        return Arrays.stream(rows).flatMapToDouble(Arrays::stream).toArray();
    }
}
