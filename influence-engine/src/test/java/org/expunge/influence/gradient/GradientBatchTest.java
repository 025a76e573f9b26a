package org.expunge.influence.gradient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.expunge.influence.compute.Engine;
import org.expunge.influence.compute.Sums;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.network.Model;
import org.expunge.influence.network.Network;
import org.expunge.influence.network.Passes;
import org.expunge.influence.network.Weights;
import org.expunge.influence.testkit.SequenceLayers;
import org.expunge.influence.testkit.SmallProblems;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GradientBatchTest {
    private static final int ROWS = 10;
    private static final int TILE = 4;

    private static Model model(String kind) {
        if (kind.equals("sequences")) {
            Network network = SequenceLayers.NETWORK;
            double[] parameters =
                    new Random(1).doubles(network.layout().length(), -1, 1).toArray();
            return new Model(network, parameters, new double[0]);
        }
        return kind.equals("dense") ? SmallProblems.dense(1) : SmallProblems.convolutional(1);
    }

    private static Dataset rows(Model model, int count, int seed) {
        return model.network() == SequenceLayers.NETWORK
                ? SequenceLayers.rows(count, new Random(seed))
                : SmallProblems.rows(model, count, seed);
    }

    @ParameterizedTest(name = "{0}, {1} queries, norms {2}")
    @CsvSource({
        "dense, 1, false",
        "dense, 1, true",
        "dense, 7, true",
        "convolutional, 1, false",
        "convolutional, 1, true",
        "convolutional, 7, false",
        "convolutional, 7, true",
        "sequences, 1, false",
        "sequences, 7, false",
        "sequences, 7, true"
    })
    void productsAndNormsEqualThoseOfWrittenGradients(String kind, int queries, boolean wantsNorms) {
        Model model = model(kind);
        Dataset rows = rows(model, ROWS, 2);
        Dataset others = rows(model, queries, 3);
        GradientView view = new GradientView(model.network().parametricNodes(), false, wantsNorms);
        double[] dots = new double[ROWS * queries];
        double[] norms = new double[ROWS];
        double[] queryNorms = new double[queries];

        try (Engine engine = SmallProblems.reference(2, TILE)) {
            double[][] g = new PerExample(engine).gradients(model, rows);
            double[][] h = new PerExample(engine).gradients(model, others);
            contract(engine, model, view, rows, others, dots, norms, queryNorms);

            for (int i = 0; i < ROWS; i++) {
                for (int q = 0; q < queries; q++) {
                    assertThat(dots[i * queries + q]).isCloseTo(dot(g[i], h[q]), within(1e-12));
                }
                assertThat(norms[i]).isCloseTo(wantsNorms ? dot(g[i], g[i]) : 0, within(1e-12));
            }
            for (int q = 0; q < queries; q++) {
                assertThat(queryNorms[q]).isCloseTo(wantsNorms ? dot(h[q], h[q]) : 0, within(1e-12));
            }
        }
    }

    private static void contract(
            Engine engine,
            Model model,
            GradientView view,
            Dataset rows,
            Dataset others,
            double[] dots,
            double[] norms,
            double[] queryNorms) {
        int m = others.size();
        try (Weights weights = Weights.of(engine.compute(), model);
                GradientBatch batch = GradientBatch.of(engine, weights, others, view);
                Passes passes = new Passes(engine, weights);
                WorkerScratch scratch = new WorkerScratch(engine)) {
            passes.forEachTile(rows, (worker, pass, from) -> {
                double[] tileDots;
                double[] tileNorms;
                try (RowWindow window = batch.window(TILE);
                        Sums found = engine.compute().sums(TILE * m);
                        Sums foundNorms = engine.compute().sums(TILE)) {
                    Sums wanted = view.wantsNorms() ? foundNorms : null;
                    view.backward(pass, (node, layer, slot) -> {
                        batch.collect(node, layer, slot, scratch.of(worker), window, 0, found, wanted, 0);
                        batch.contract(node, window, scratch.of(worker), found);
                    });
                    tileDots = found.toArray();
                    tileNorms = foundNorms.toArray();
                    view.nodes().forEach(node -> batch.contractSparse(node, window, tileDots));
                }
                for (int i = 0; i < pass.batch() * m; i++) {
                    dots[from * m + i] = tileDots[i % m * TILE + i / m];
                }
                System.arraycopy(tileNorms, 0, norms, from, view.wantsNorms() ? pass.batch() : 0);
            });
            for (int node : view.nodes()) {
                double[] layer = batch.squaredNorms(node);
                for (int q = 0; q < m; q++) {
                    queryNorms[q] += layer[q];
                }
            }
        }
    }

    @Test
    void countsTheNumbersItKeeps() {
        Network dense = model("dense").network();
        Network convolutional = model("convolutional").network();

        // dense with a 1 for the bias: (6 + 4) + (4 + 4) + (5 + 3)
        assertThat(GradientBatch.numbersPerExample(dense, GradientView.of(dense)))
                .isEqualTo(26);
        assertThat(GradientBatch.rowNumbers(dense, GradientView.of(dense))).isZero();
        // convolution 3·(2·9 + 1), normalisation 2·3, dense 60 + 1 inputs and 3 outputs
        assertThat(GradientBatch.numbersPerExample(convolutional, GradientView.of(convolutional)))
                .isEqualTo(57 + 6 + 64);
        assertThat(GradientBatch.rowNumbers(convolutional, GradientView.of(convolutional)))
                .isEqualTo(57);
    }

    @Test
    void refusesNoRowsAndStrangeLayers() {
        Model model = model("dense");
        Dataset rows = SmallProblems.rows(model, 2, 2);
        GradientView last = GradientView.ofLastLayer(model.network());
        try (Engine engine = SmallProblems.reference(1, TILE);
                Weights weights = Weights.of(engine.compute(), model);
                GradientBatch batch = GradientBatch.of(engine, weights, rows, last)) {
            assertThatThrownBy(() -> GradientBatch.of(engine, weights, rows.select(new int[0]), last))
                    .hasMessageContaining("no rows to take gradients of");
            assertThatThrownBy(() -> batch.squaredNorms(0)).hasMessageContaining("not among the layers");
        }
    }

    private static double dot(double[] x, double[] y) {
        double sum = 0;
        for (int i = 0; i < x.length; i++) {
            sum += x[i] * y[i];
        }
        return sum;
    }
}
