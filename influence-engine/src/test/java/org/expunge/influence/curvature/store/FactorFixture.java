package org.expunge.influence.curvature.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
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
import org.expunge.influence.data.Shape;
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

/** Factors of a small network, in a folder and in memory. */
final class FactorFixture {
    static final int ROWS = 23;
    static final DampingRule DAMPING = DampingRule.relativeToMean(0.1);
    static final Model MODEL = createModel();
    static final Network NETWORK = MODEL.network();
    static final Dataset DATA = SmallProblems.rows(MODEL, ROWS, 7);

    static final Kfac.Options KFAC = new Kfac.Options(LabelMode.SAMPLED, PositionScaling.MEAN, 5, 2);
    static final WeightDecay DECAY = new WeightDecay(1e-3);
    static final Labels LABELS = Labels.sampled(5, 2);
    static final Nystrom.Options NYSTROM = new Nystrom.Options(6, 4, 1e-5, 3);
    static final Arnoldi.Options ARNOLDI =
            new Arnoldi.Options(new Lanczos.Options(30, 1e-10, 3), 6, RitzPairs.Selection.POSITIVE, 0.1, 1e-4);

    private final Engine engine = SmallProblems.reference(2, 4);
    private final Path folder;

    FactorFixture(Path folder) {
        this.folder = folder;
    }

    Engine engine() {
        return engine;
    }

    Path path(String name) {
        return folder.resolve(name);
    }

    /** Returns a convolution, a batch normalisation, which some kinds do not cover, and a dense layer. */
    private static Model createModel() {
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

    static FactorRecipe recipe(FactorKind kind) {
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
    InverseCurvature fitted(FactorKind kind) {
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

    FactorManifest fit(String name, FactorRecipe recipe, FactorStore.Options options) throws IOException {
        return FactorStore.fit(folder.resolve(name), engine, MODEL, DATA, recipe, options, FactorStore.Listener.NONE);
    }

    FactorManifest merge(String target, String... sources) throws IOException {
        return FactorStore.merge(
                folder.resolve(target),
                Arrays.stream(sources).map(folder::resolve).toList(),
                engine.compute(),
                MODEL);
    }

    InverseCurvature inverse(String name) throws IOException {
        return FactorStore.open(folder.resolve(name)).inverse(engine.compute(), MODEL, DATA, DAMPING);
    }

    long savedParts(String name) throws IOException {
        try (Stream<Path> files = Files.walk(folder.resolve(name))) {
            return files.filter(file -> file.endsWith("manifest.json")).count();
        }
    }

    Map<String, String> content(String name) throws IOException {
        Map<String, String> digests = new TreeMap<>();
        try (Stream<Path> files = Files.list(folder.resolve(name))) {
            for (Path file : files.toList()) {
                digests.put(file.getFileName().toString(), Digests.sha256(file));
            }
        }
        return digests;
    }

    static void assertSame(InverseCurvature found, InverseCurvature expected) {
        double[] v = new Random(3).doubles(NETWORK.layout().length(), -1, 1).toArray();
        double[] wanted = new double[v.length];
        double[] actual = new double[v.length];
        expected.apply(v, wanted);
        found.apply(v, actual);
        double largest = Arrays.stream(wanted).map(Math::abs).max().orElseThrow();
        assertThat(actual).containsExactly(wanted, within(1e-10 * largest));
    }
}
