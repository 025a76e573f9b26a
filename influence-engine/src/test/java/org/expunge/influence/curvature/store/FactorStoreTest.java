package org.expunge.influence.curvature.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.expunge.influence.compute.Activation;
import org.expunge.influence.compute.Engine;
import org.expunge.influence.compute.Loss;
import org.expunge.influence.curvature.DampingRule;
import org.expunge.influence.curvature.GaussNewton;
import org.expunge.influence.curvature.Hessian;
import org.expunge.influence.curvature.InverseCurvature;
import org.expunge.influence.curvature.LabelMode;
import org.expunge.influence.curvature.Labels;
import org.expunge.influence.curvature.WeightDecay;
import org.expunge.influence.curvature.factor.BlockDense;
import org.expunge.influence.curvature.factor.Diagonal;
import org.expunge.influence.curvature.kronecker.Ekfac;
import org.expunge.influence.curvature.kronecker.Foof;
import org.expunge.influence.curvature.kronecker.Kfac;
import org.expunge.influence.curvature.kronecker.PositionScaling;
import org.expunge.influence.curvature.lowrank.Arnoldi;
import org.expunge.influence.curvature.lowrank.Nystrom;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.data.RowRange;
import org.expunge.influence.data.Shape;
import org.expunge.influence.io.BadInputException;
import org.expunge.influence.io.Digests;
import org.expunge.influence.network.Model;
import org.expunge.influence.network.Network;
import org.expunge.influence.network.layer.ActivationLayer;
import org.expunge.influence.network.layer.BatchNormalization;
import org.expunge.influence.network.layer.Convolution2D;
import org.expunge.influence.network.layer.Dense;
import org.expunge.influence.network.layer.Padding;
import org.expunge.influence.solver.Lanczos;
import org.expunge.influence.solver.RitzPairs;
import org.expunge.influence.testkit.SmallProblems;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class FactorStoreTest {
    private static final int ROWS = 23;
    private static final DampingRule DAMPING = DampingRule.relativeToMean(0.1);
    private static final Model MODEL = model();
    private static final Network NETWORK = MODEL.network();
    private static final Dataset DATA = SmallProblems.rows(MODEL, ROWS, 7);

    private static final Kfac.Options KFAC = new Kfac.Options(LabelMode.SAMPLED, PositionScaling.MEAN, 5, 2);
    private static final WeightDecay DECAY = new WeightDecay(1e-3);
    private static final Labels LABELS = Labels.sampled(5, 2);
    private static final Nystrom.Options NYSTROM = new Nystrom.Options(6, 4, 1e-5, 3);
    private static final Arnoldi.Options ARNOLDI =
            new Arnoldi.Options(new Lanczos.Options(30, 1e-10, 3), 6, RitzPairs.Selection.POSITIVE, 0.1, 1e-4);

    private final Engine engine = SmallProblems.reference(2, 4);

    @TempDir
    private Path folder;

    @ParameterizedTest
    @EnumSource(FactorKind.class)
    void factorsReadBackGiveTheInverseThatWasFitted(FactorKind kind) throws IOException {
        FactorManifest written = fit("factors", recipe(kind), FactorStore.Options.DEFAULT);
        Factors factors = FactorStore.open(folder.resolve("factors"));
        InverseCurvature found = factors.inverse(engine.compute(), MODEL, DATA, DAMPING);
        InverseCurvature expected = fitted(kind);

        assertSame(found, expected);
        assertThat(found.method()).isEqualTo(expected.method());
        assertThat(found.dampings().keySet()).isEqualTo(expected.dampings().keySet());
        assertThat(found.coveragePercent()).isEqualTo(expected.coveragePercent());
        assertThat(factors.manifest().coveragePercent()).isEqualTo(expected.coveragePercent());
        assertThat(factors.manifest()).isEqualTo(written);
        assertThat(FactorStore.manifest(folder.resolve("factors"))).isEqualTo(written);
        assertThat(factors.manifest().isComplete()).isTrue();
        assertThat(Files.exists(folder.resolve("factors.parts"))).isFalse();
    }

    @ParameterizedTest
    @EnumSource(
            value = FactorKind.class,
            names = {"ARNOLDI", "EKFAC"},
            mode = EnumSource.Mode.EXCLUDE)
    void partsOfSeveralMachinesMergeToASingleFitWhateverTheirOrder(FactorKind kind) throws IOException {
        fit("a", recipe(kind), FactorStore.Options.of(new RowRange(0, 9)));
        fit("b", recipe(kind), FactorStore.Options.of(new RowRange(9, 14)));
        fit("c", recipe(kind), FactorStore.Options.of(new RowRange(14, ROWS)));

        FactorManifest manifest = merge("merged", "a", "b", "c");
        merge("backwards", "c", "b", "a");

        assertThat(manifest.ranges()).containsExactly(new RowRange(0, ROWS));
        assertSame(inverse("merged"), fitted(kind));
        assertThat(content("backwards")).isEqualTo(content("merged"));
    }

    @Test
    void ekfacOfSeveralMachinesTakesTwoRoundsAndEndsAtASingleFit() throws IOException {
        fit("kfac-a", FactorRecipe.kfac(KFAC), FactorStore.Options.of(new RowRange(0, 9)));
        fit("kfac-b", FactorRecipe.kfac(KFAC), FactorStore.Options.of(new RowRange(9, ROWS)));
        merge("kfac", "kfac-a", "kfac-b");
        Path basis = folder.resolve("kfac");
        fit(
                "a",
                FactorRecipe.ekfac(KFAC),
                FactorStore.Options.of(new RowRange(0, 13)).on(basis));
        fit(
                "b",
                FactorRecipe.ekfac(KFAC),
                FactorStore.Options.of(new RowRange(13, ROWS)).on(basis));

        merge("ekfac", "b", "a");

        assertSame(inverse("ekfac"), fitted(FactorKind.EKFAC));
        assertThat(inverse("ekfac").method()).isEqualTo("ekfac");
    }

    @Test
    void partsMergeInStepsUntilAllRowsAreIn() throws IOException {
        FactorRecipe recipe = recipe(FactorKind.DIAGONAL);
        fit("a", recipe, FactorStore.Options.of(new RowRange(0, 5)));
        fit("b", recipe, FactorStore.Options.of(new RowRange(5, 9)));
        fit("c", recipe, FactorStore.Options.of(new RowRange(14, ROWS)));
        FactorManifest some = merge("some", "c", "a", "b");

        assertThat(some.isComplete()).isFalse();
        assertThat(some.ranges()).containsExactly(new RowRange(0, 9), new RowRange(14, ROWS));
        assertThat(some.missing()).containsExactly(new RowRange(9, 14));
        assertThatThrownBy(() -> inverse("some"))
                .isInstanceOf(BadInputException.class)
                .hasMessageContaining("without the rows [9:14] of 23");
        fit("d", recipe, FactorStore.Options.of(new RowRange(9, 14)));
        merge("all", "some", "d");
        assertSame(inverse("all"), fitted(FactorKind.DIAGONAL));
    }

    @ParameterizedTest
    @EnumSource(
            value = FactorKind.class,
            names = {"EKFAC", "NYSTROM", "BLOCK_DENSE"})
    void aKilledFitGoesOnBehindItsLastPartAndEndsWithTheSameBytes(FactorKind kind) throws IOException {
        FactorStore.Options options = new FactorStore.Options(Optional.empty(), Optional.empty(), 5);
        fit("whole", recipe(kind), options);
        // EK-FAC hears of the five parts of its first round until that round is finished
        int[] kills = kind == FactorKind.EKFAC ? new int[] {1, 3, 5, 6, 2, 5} : new int[] {1, 3, 5};
        List<Integer> heard = new ArrayList<>();
        for (int parts : kills) {
            List<Integer> computed = new ArrayList<>();
            assertThatThrownBy(() -> FactorStore.fit(
                            folder.resolve("killed"), engine, MODEL, DATA, recipe(kind), options, (rows, of) -> {
                                computed.add(rows);
                                if (computed.size() == parts) {
                                    throw new IllegalStateException("killed");
                                }
                            }))
                    .hasMessage("killed");
        }
        long saved = savedParts("killed.parts");
        FactorStore.fit(
                folder.resolve("killed"), engine, MODEL, DATA, recipe(kind), options, (rows, of) -> heard.add(rows));

        assertThat(saved).isPositive();
        assertThat(heard).contains(5, 10, 15, 20, 23);
        assertThat(content("killed")).isEqualTo(content("whole"));
    }

    @Test
    void aPartThatIsThereIsNotComputedAgain() throws IOException {
        FactorStore.Options options = new FactorStore.Options(Optional.empty(), Optional.empty(), 20);
        FactorRecipe recipe = recipe(FactorKind.DIAGONAL);
        assertThatThrownBy(() ->
                        FactorStore.fit(folder.resolve("killed"), engine, MODEL, DATA, recipe, options, (rows, of) -> {
                            throw new IllegalStateException("killed");
                        }))
                .hasMessage("killed");
        Path part = folder.resolve("killed.parts/part-0-20/manifest.json");
        Files.writeString(part, Files.readString(part).replace("\"reference\"", "\"elsewhere\""));

        FactorManifest manifest = fit("killed", recipe, options);

        assertThat(manifest.backends()).containsExactly("elsewhere", "reference");
    }

    @Test
    void aFinishedFitIsNotDoneAgain() throws IOException {
        fit("factors", recipe(FactorKind.EKFAC), FactorStore.Options.DEFAULT);
        List<Integer> heard = new ArrayList<>();

        FactorManifest again = FactorStore.fit(
                folder.resolve("factors"),
                engine,
                MODEL,
                DATA,
                recipe(FactorKind.EKFAC),
                FactorStore.Options.DEFAULT,
                (rows, of) -> heard.add(rows));

        assertThat(heard).isEmpty();
        assertThat(again).isEqualTo(FactorStore.manifest(folder.resolve("factors")));
    }

    @Test
    void ekfacIsReadBackAsItselfForRulesThatLookIntoIt() throws IOException {
        fit("ekfac", recipe(FactorKind.EKFAC), FactorStore.Options.DEFAULT);
        fit("diagonal", recipe(FactorKind.DIAGONAL), FactorStore.Options.DEFAULT);
        Ekfac expected = Ekfac.fit(engine, MODEL, DATA, KFAC);
        Ekfac found = FactorStore.open(folder.resolve("ekfac")).ekfac(MODEL);

        for (String layer : expected.factors().layers()) {
            assertThat(found.eigenvalues(layer)).containsExactly(expected.eigenvalues(layer), within(1e-12));
        }
        assertThatThrownBy(() -> FactorStore.open(folder.resolve("diagonal")).ekfac(MODEL))
                .isInstanceOf(BadInputException.class)
                .hasMessageContaining("of kind DIAGONAL");
    }

    @Nested
    class Refuses {
        @Test
        void factorsOfAnotherModelOrOtherRows() throws IOException {
            fit("factors", recipe(FactorKind.DIAGONAL), FactorStore.Options.DEFAULT);
            Factors factors = FactorStore.open(folder.resolve("factors"));
            double[] changed = MODEL.parameters();
            changed[3] += 1e-9;
            Dataset others = SmallProblems.rows(MODEL, ROWS, 8);

            assertThatThrownBy(() -> factors.inverse(engine.compute(), MODEL.withParameters(changed), DATA, DAMPING))
                    .isInstanceOf(BadInputException.class)
                    .hasMessageContaining("another model");
            assertThatThrownBy(() -> factors.inverse(engine.compute(), MODEL, others, DAMPING))
                    .isInstanceOf(BadInputException.class)
                    .hasMessageContaining("23 other rows than the 23 of rows-8");
            assertThat(factors.inverse(engine.compute(), MODEL, DAMPING).dimension())
                    .isEqualTo(NETWORK.layout().length());
        }

        @Test
        void aFitIntoAFolderOfOtherFactors() throws IOException {
            fit("factors", recipe(FactorKind.DIAGONAL), FactorStore.Options.DEFAULT);

            assertThatThrownBy(() -> fit("factors", recipe(FactorKind.FOOF), FactorStore.Options.DEFAULT))
                    .isInstanceOf(BadInputException.class)
                    .hasMessageContaining("differ in [recipe]");
            assertThatThrownBy(() ->
                            fit("factors", recipe(FactorKind.DIAGONAL), FactorStore.Options.of(new RowRange(0, 9))))
                    .isInstanceOf(BadInputException.class)
                    .hasMessageContaining("holds the rows [0:23] and not [0:9]");
        }

        @Test
        void partsThatOverlap() throws IOException {
            fit("a", recipe(FactorKind.DIAGONAL), FactorStore.Options.of(new RowRange(0, 9)));
            fit("b", recipe(FactorKind.DIAGONAL), FactorStore.Options.of(new RowRange(8, ROWS)));

            assertThatThrownBy(() -> merge("merged", "b", "a"))
                    .isInstanceOf(BadInputException.class)
                    .hasMessageContaining("holds rows 8:23, some of which another part has: 0:9");
            assertThatThrownBy(() -> merge("merged", "a", "a")).isInstanceOf(BadInputException.class);
            assertThat(Files.exists(folder.resolve("merged"))).isFalse();
        }

        @Test
        void partsOfAnotherModel() throws IOException {
            fit("a", recipe(FactorKind.KFAC), FactorStore.Options.of(new RowRange(0, 9)));

            assertThatThrownBy(() -> FactorStore.merge(
                            folder.resolve("merged"),
                            List.of(folder.resolve("a")),
                            engine.compute(),
                            SmallProblems.dense(1)))
                    .isInstanceOf(BadInputException.class)
                    .hasMessageContaining("another model");
        }

        @Test
        void partsWithOtherSettings() throws IOException {
            fit("a", FactorRecipe.diagonal(Labels.sampled(1, 1)), FactorStore.Options.of(new RowRange(0, 9)));
            fit("b", FactorRecipe.diagonal(Labels.sampled(2, 1)), FactorStore.Options.of(new RowRange(9, ROWS)));

            assertThatThrownBy(() -> merge("merged", "a", "b"))
                    .isInstanceOf(BadInputException.class)
                    .hasMessageContaining("b: cannot be merged with")
                    .hasMessageContaining("differ in [recipe]");
        }

        @Test
        void aRangeOfWhatDoesNotAddUpOrNeedsAllRowsFirst() {
            FactorStore.Options some = FactorStore.Options.of(new RowRange(0, 9));

            assertThatThrownBy(() -> fit("a", recipe(FactorKind.ARNOLDI), some))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("arnoldi needs all 23 rows at once");
            assertThatThrownBy(() -> fit("a", recipe(FactorKind.EKFAC), some))
                    .isInstanceOf(BadInputException.class)
                    .hasMessageContaining("fit kfac on every range, merge");
            assertThatThrownBy(() ->
                            fit("a", recipe(FactorKind.DIAGONAL), FactorStore.Options.of(new RowRange(0, ROWS + 1))))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("not among the 23");
        }

        @Test
        void aBasisThatIsIncompleteOrOfOtherSettings() throws IOException {
            RowRange range = new RowRange(0, 9);
            fit("some", FactorRecipe.kfac(KFAC), FactorStore.Options.of(range));
            fit("exact", FactorRecipe.kfac(Kfac.Options.DEFAULT), FactorStore.Options.DEFAULT);

            assertThatThrownBy(() -> fit(
                            "a",
                            FactorRecipe.ekfac(KFAC),
                            FactorStore.Options.of(range).on(folder.resolve("some"))))
                    .isInstanceOf(BadInputException.class)
                    .hasMessageContaining("without the rows [9:23]");
            assertThatThrownBy(() -> fit(
                            "a",
                            FactorRecipe.ekfac(KFAC),
                            FactorStore.Options.of(range).on(folder.resolve("exact"))))
                    .isInstanceOf(BadInputException.class)
                    .hasMessageContaining("differ in [recipe]");
        }

        @Test
        void filesThatAreDamagedMissingOrOfAnotherFormat() throws IOException {
            fit("factors", recipe(FactorKind.DIAGONAL), FactorStore.Options.DEFAULT);
            Path target = folder.resolve("factors");
            Path array;
            try (Stream<Path> files = Files.list(target)) {
                array = files.filter(file -> file.toString().endsWith(".npy"))
                        .min(Comparator.naturalOrder())
                        .orElseThrow();
            }
            byte[] bytes = Files.readAllBytes(array);
            byte[] flipped = bytes.clone();
            flipped[bytes.length - 3] ^= 4;

            Files.write(array, flipped);
            assertThatThrownBy(() -> FactorStore.open(target))
                    .isInstanceOf(BadInputException.class)
                    .hasMessageContaining(array.toString())
                    .hasMessageContaining("damaged");
            Files.write(array, Arrays.copyOf(bytes, bytes.length - 8));
            assertThatThrownBy(() -> FactorStore.open(target)).isInstanceOf(BadInputException.class);
            Files.delete(array);
            assertThatThrownBy(() -> FactorStore.open(target)).isInstanceOf(BadInputException.class);
            Path manifest = target.resolve("manifest.json");
            Files.writeString(manifest, Files.readString(manifest).replace("\"version\" : 1", "\"version\" : 7"));
            assertThatThrownBy(() -> FactorStore.manifest(target))
                    .isInstanceOf(BadInputException.class)
                    .hasMessageContaining("format 7");
            assertThatThrownBy(() -> FactorStore.open(folder.resolve("nowhere")))
                    .isInstanceOf(BadInputException.class)
                    .hasMessageContaining("no folder of factors");
        }

        @Test
        void partsThatAnEarlierFitOfOtherFactorsHasLeft() {
            FactorStore.Options options = new FactorStore.Options(Optional.empty(), Optional.empty(), 10);
            assertThatThrownBy(() -> FactorStore.fit(
                            folder.resolve("factors"),
                            engine,
                            MODEL,
                            DATA,
                            recipe(FactorKind.DIAGONAL),
                            options,
                            (rows, of) -> {
                                throw new IllegalStateException("killed");
                            }))
                    .hasMessage("killed");

            assertThatThrownBy(() -> fit("factors", FactorRecipe.diagonal(Labels.EXACT), options))
                    .isInstanceOf(BadInputException.class)
                    .hasMessageContaining("factors.parts")
                    .hasMessageContaining("differ in [recipe]");
        }
    }

    /** Returns a convolution, a batch normalisation, which some kinds do not cover, and a dense layer. */
    private static Model model() {
        Network network = Network.builder(new Shape(1, 3, 3))
                .add("convolution", new Convolution2D(2, 2, 1, Padding.none()))
                .add("normalisation", new BatchNormalization(1e-5, 0.9, false))
                .add("tanh", new ActivationLayer(Activation.TANH))
                .add("output", new Dense(3))
                .build(Loss.SOFTMAX_CROSS_ENTROPY);
        double[] parameters =
                new Random(1).doubles(network.layout().length(), -1, 1).toArray();
        double[] statistics =
                new Random(2).doubles(network.statistics().length(), 0.5, 1.5).toArray();
        return new Model(network, parameters, statistics);
    }

    private static FactorRecipe recipe(FactorKind kind) {
        return switch (kind) {
            case KFAC -> FactorRecipe.kfac(KFAC);
            case EKFAC -> FactorRecipe.ekfac(KFAC);
            case FOOF -> FactorRecipe.foof(PositionScaling.MEAN);
            case DIAGONAL -> FactorRecipe.diagonal(LABELS);
            case BLOCK_DENSE -> FactorRecipe.blockDense(LABELS);
            case NYSTROM -> FactorRecipe.nystrom(CurvatureKind.GAUSS_NEWTON, DECAY, 6, 4, 3);
            case ARNOLDI -> FactorRecipe.arnoldi(CurvatureKind.HESSIAN, DECAY, 6, 30, RitzPairs.Selection.POSITIVE, 3);
        };
    }

    /** Fits in memory. */
    private InverseCurvature fitted(FactorKind kind) {
        return switch (kind) {
            case KFAC -> Kfac.fit(engine, MODEL, DATA, KFAC).inverse(engine.compute(), DAMPING);
            case EKFAC -> Ekfac.fit(engine, MODEL, DATA, KFAC).inverse(engine.compute(), DAMPING);
            case FOOF -> Foof.fit(engine, MODEL, DATA, PositionScaling.MEAN).inverse(engine.compute(), DAMPING);
            case DIAGONAL -> Diagonal.fit(engine, MODEL, DATA, LABELS).inverse(DAMPING);
            case BLOCK_DENSE ->
                BlockDense.fit(engine, MODEL, DATA, new BlockDense.Options(LABELS, 1 << 20))
                        .inverse(engine.compute(), DAMPING);
            case NYSTROM -> {
                try (GaussNewton curvature = new GaussNewton(engine, MODEL, DATA, DECAY)) {
                    yield Nystrom.fit(curvature, NETWORK, engine.compute().eigen(), NYSTROM)
                            .inverse(DAMPING);
                }
            }
            case ARNOLDI -> {
                try (Hessian curvature = new Hessian(engine, MODEL, DATA, DECAY)) {
                    yield Arnoldi.fit(curvature, NETWORK, engine.compute().eigen(), ARNOLDI)
                            .pairs()
                            .inverse(DAMPING);
                }
            }
        };
    }

    private FactorManifest fit(String name, FactorRecipe recipe, FactorStore.Options options) throws IOException {
        return FactorStore.fit(folder.resolve(name), engine, MODEL, DATA, recipe, options, FactorStore.Listener.NONE);
    }

    private FactorManifest merge(String target, String... sources) throws IOException {
        return FactorStore.merge(
                folder.resolve(target),
                Arrays.stream(sources).map(folder::resolve).toList(),
                engine.compute(),
                MODEL);
    }

    private InverseCurvature inverse(String name) throws IOException {
        return FactorStore.open(folder.resolve(name)).inverse(engine.compute(), MODEL, DATA, DAMPING);
    }

    private long savedParts(String name) throws IOException {
        try (Stream<Path> files = Files.walk(folder.resolve(name))) {
            return files.filter(file -> file.endsWith("manifest.json")).count();
        }
    }

    private Map<String, String> content(String name) throws IOException {
        Map<String, String> digests = new TreeMap<>();
        try (Stream<Path> files = Files.list(folder.resolve(name))) {
            for (Path file : files.toList()) {
                digests.put(file.getFileName().toString(), Digests.sha256(file));
            }
        }
        return digests;
    }

    private static void assertSame(InverseCurvature found, InverseCurvature expected) {
        double[] v = new Random(3).doubles(NETWORK.layout().length(), -1, 1).toArray();
        double[] wanted = new double[v.length];
        double[] actual = new double[v.length];
        expected.apply(v, wanted);
        found.apply(v, actual);
        double largest = Arrays.stream(wanted).map(Math::abs).max().orElseThrow();
        assertThat(actual).containsExactly(wanted, within(1e-10 * largest));
    }
}
