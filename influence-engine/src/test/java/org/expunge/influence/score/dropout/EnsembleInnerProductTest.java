package org.expunge.influence.score.dropout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.expunge.influence.compute.Engine;
import org.expunge.influence.compute.Loss;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.data.Features;
import org.expunge.influence.data.Shape;
import org.expunge.influence.data.Targets;
import org.expunge.influence.gradient.PerExample;
import org.expunge.influence.network.Model;
import org.expunge.influence.network.Network;
import org.expunge.influence.network.ParameterLayout;
import org.expunge.influence.network.Passes;
import org.expunge.influence.network.Weights;
import org.expunge.influence.network.layer.Dense;
import org.expunge.influence.score.InnerProduct;
import org.expunge.influence.score.Scores;
import org.expunge.influence.score.TrajectoryEstimator.Options;
import org.expunge.influence.testkit.EveryLayer;
import org.expunge.influence.testkit.SmallProblems;
import org.junit.jupiter.api.Test;

class EnsembleInnerProductTest {
    private static final double ROUNDING = 1e-12;

    private final Model model = SmallProblems.dense(3);
    private final Dataset train = SmallProblems.rows(model, 11, 1);
    private final Dataset queries = SmallProblems.rows(model, 4, 2);

    @Test
    void oneMemberWithNothingDroppedIsTheInnerProduct() {
        try (Engine engine = SmallProblems.reference(2, 3)) {
            Scores plain = new InnerProduct(engine, model, Options.DEFAULT).score(train, queries);
            Scores ensemble = score(engine, new DropoutEnsemble(1, 0, 9));

            assertClose(ensemble, plain);
            assertThat(ensemble.provenance().method()).isEqualTo("ensemble-inner-product");
        }
    }

    @Test
    void scoresAreTheMeanOverMembersThatShareTheirMask() {
        DropoutEnsemble dropout = new DropoutEnsemble(3, 0.4, 5);
        try (Engine engine = SmallProblems.reference(2, 3)) {
            Scores found = score(engine, dropout);

            double[][] expected = new double[4][11];
            for (Model member : dropout.of(model)) {
                double[][] rows = new PerExample(engine).gradients(member, train);
                double[][] asked = new PerExample(engine).gradients(member, queries);
                for (int q = 0; q < 4; q++) {
                    for (int i = 0; i < 11; i++) {
                        expected[q][i] += dot(asked[q], rows[i]) / 3;
                    }
                }
            }
            for (int q = 0; q < 4; q++) {
                assertThat(found.row(q)).containsExactly(expected[q], within(ROUNDING));
            }
        }
    }

    @Test
    void aMemberEqualsTheModelWithItsUnitsScaled() {
        DropoutEnsemble dropout = new DropoutEnsemble(1, 0.5, 8);
        Model member = dropout.of(model).get(0);
        try (Engine engine = SmallProblems.reference(1, 4)) {
            double[] whole = new PerExample(engine).losses(model, queries);
            double[] part = new PerExample(engine).losses(member, queries);

            assertThat(part).isNotEqualTo(whole);
            assertThat(member.parameters()).containsExactly(model.parameters());
            // a unit kept is doubled, one dropped is 0: the weights that leave it do the same
            assertThat(part).containsExactly(losses(engine, scaledWeights(member)), within(ROUNDING));
        }
    }

    @Test
    void theSameSeedGivesTheSameScoresAndAnotherSeedOthers() {
        try (Engine engine = SmallProblems.reference(1, 4)) {
            Scores first = score(engine, new DropoutEnsemble(2, 0.4, 5));
            Scores again = score(engine, new DropoutEnsemble(2, 0.4, 5));
            Scores other = score(engine, new DropoutEnsemble(2, 0.4, 6));

            assertThat(again.row(0)).containsExactly(first.row(0));
            assertThat(other.row(0)).isNotEqualTo(first.row(0));
        }
    }

    @Test
    void everyLayerCanBePartOfAMember() {
        Network network = EveryLayer.NETWORK;
        Model every = new Model(
                network,
                new Random(1).doubles(network.layout().length(), -0.5, 0.5).toArray(),
                new Random(2).doubles(network.statistics().length(), 0.5, 1.5).toArray());
        List<Model> members = new DropoutEnsemble(2, 0.3, 1).of(every);

        assertThat(members).hasSize(2);
        for (Model member : members) {
            assertThat(member.network().nodes()).hasSize(network.nodes().size() + 2); // elu and swish
        }
    }

    @Test
    void refusesANetworkWithoutHiddenUnits() {
        Network linear =
                Network.builder(Shape.flat(2)).add("output", new Dense(2)).build(Loss.SOFTMAX_CROSS_ENTROPY);
        Model logistic = new Model(linear, new double[6], new double[0]);

        assertThatThrownBy(() -> DropoutEnsemble.DEFAULT.of(logistic))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("no hidden activation");
        assertThatThrownBy(() -> new DropoutEnsemble(0, 0.1, 1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new DropoutEnsemble(1, 1, 1)).isInstanceOf(IllegalArgumentException.class);
    }

    private Scores score(Engine engine, DropoutEnsemble dropout) {
        return new EnsembleInnerProduct(engine, model, dropout, Options.DEFAULT).score(train, queries);
    }

    private double[] losses(Engine engine, Model scaled) {
        return new PerExample(engine).losses(scaled, queries);
    }

    /** Moves a member's masks into the weights behind them, read off by feeding unit activations through the mask. */
    private Model scaledWeights(Model member) {
        double[] parameters = model.parameters();
        scaleColumns(member, "tanh-dropped", "plain.W", parameters);
        scaleColumns(member, "softplus-dropped", "output.W", parameters);
        return model.withParameters(parameters);
    }

    private void scaleColumns(Model member, String mask, String weight, double[] parameters) {
        Network network = member.network();
        int node = network.node(mask);
        Network alone = Network.builder(network.nodes().get(node).output())
                .add("mask", network.nodes().get(node).layer())
                .build(Loss.SQUARED_ERROR);
        double[] scale = outputOfOnes(alone);
        ParameterLayout.Entry entry = model.network().layout().entry(weight);
        for (int i = 0; i < entry.length(); i++) {
            parameters[entry.offset() + i] *= scale[i % scale.length];
        }
    }

    private static double[] outputOfOnes(Network alone) {
        int units = alone.input().length();
        double[] ones = new double[units];
        Arrays.fill(ones, 1);
        Dataset one = Dataset.of("ones", alone.input(), Features.of(ones, units), Targets.real(ones, units));
        double[][] output = new double[1][];
        try (Engine engine = SmallProblems.reference(1, 1);
                Weights weights = Weights.of(engine.compute(), new Model(alone, new double[0], new double[0]));
                Passes passes = new Passes(engine, weights)) {
            passes.forEachTile(one, (worker, pass, from) -> output[0] = pass.activations(0)[0]);
        }
        return output[0];
    }

    private static double dot(double[] x, double[] y) {
        return IntStream.range(0, x.length).mapToDouble(i -> x[i] * y[i]).sum();
    }

    private static void assertClose(Scores found, Scores expected) {
        for (int q = 0; q < expected.queries(); q++) {
            double size = Arrays.stream(expected.row(q)).map(Math::abs).max().orElse(0);
            assertThat(found.row(q)).containsExactly(expected.row(q), within(ROUNDING * size));
        }
    }
}
