package org.expunge.unlearning.method;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
import org.expunge.influence.compute.Engine;
import org.expunge.influence.compute.Loss;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.data.Shape;
import org.expunge.influence.network.Initializer;
import org.expunge.influence.network.Model;
import org.expunge.influence.network.Network;
import org.expunge.influence.network.layer.BatchNormalization;
import org.expunge.influence.network.layer.Dense;
import org.expunge.unlearning.ForgetSet;
import org.expunge.unlearning.Problems;
import org.expunge.unlearning.UnlearningResult;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class BatchStatisticsTest {
    private final Engine engine = Problems.engine();

    @AfterEach
    void closeEngine() {
        engine.close();
    }

    @Test
    void oneMinibatchGivesMeanAndBiasedVarianceOfItsRows() {
        Dataset data = Problems.noisyClasses("rows", 40, 0, 1);

        Model found = BatchStatistics.of(engine, model(BatchNormalization.DEFAULT), data, 0);

        double[][] columns = columns(data);
        for (int c = 0; c < Problems.INPUTS; c++) {
            double mean = mean(columns[c]);
            double variance = mean(
                    Arrays.stream(columns[c]).map(x -> (x - mean) * (x - mean)).toArray());
            assertThat(found.statistics()[c]).isCloseTo(mean, within(1e-14));
            assertThat(found.statistics()[Problems.INPUTS + c]).isCloseTo(variance, within(1e-14));
        }
    }

    @Test
    void meansOverSeveralMinibatchesAreThoseOfAllRowsInAnyOrder() {
        Dataset data = Problems.noisyClasses("rows", 131, 0, 1);

        Model found = BatchStatistics.of(engine, model(BatchNormalization.DEFAULT), data, 0);
        Model other = BatchStatistics.of(engine, model(BatchNormalization.DEFAULT), data, 7);

        double[][] columns = columns(data);
        for (int c = 0; c < Problems.INPUTS; c++) {
            assertThat(found.statistics()[c]).isCloseTo(mean(columns[c]), within(1e-14));
            assertThat(other.statistics()[c]).isCloseTo(mean(columns[c]), within(1e-14));
        }
    }

    @Test
    void statisticsThatDoNotMoveAndNetworksWithoutAnyAreKept() {
        Dataset data = Problems.noisyClasses("rows", 40, 0, 1);
        Model still = model(new BatchNormalization(1e-5, 1, false));
        Model none = Initializer.XAVIER.initialise(Problems.network(), 1);

        assertThat(BatchStatistics.of(engine, still, data, 0).statistics()).isEqualTo(still.statistics());
        assertThat(BatchStatistics.of(engine, none, data, 0)).isSameAs(none);
    }

    /** With the remaining rows alone decided, two requests that leave the same rows leave the same statistics. */
    @Test
    void everyCandidateOfASearchHasStatisticsOfTheRemainingRows() {
        Dataset data = Problems.noisyClasses("rows", 50, 0, 1);
        ForgetSet rows = ForgetSet.of(data, Problems.first(10));
        Model model = model(BatchNormalization.DEFAULT);
        UtilityGuard open = new UtilityGuard(1, 1e9, 1e9, 1e9);
        CandidateSearch search =
                new CandidateSearch(engine, model, rows, data, CandidateSearch.Options.DEFAULT.withGuard(open));

        search.consider(new Strength(1), model.parameters());

        assertThat(search.outcome()).isEqualTo(UnlearningResult.Outcome.REMOVED);
        assertThat(search.bestModel().statistics())
                .isEqualTo(BatchStatistics.of(engine, model, rows.retain(), 0).statistics());
    }

    private record Strength(double value) {}

    private static Model model(BatchNormalization layer) {
        Network network = Network.builder(Shape.flat(Problems.INPUTS))
                .add("norm", layer)
                .add("output", new Dense(2))
                .build(Loss.SOFTMAX_CROSS_ENTROPY);
        double[] statistics =
                new Random(3).doubles(network.statistics().length(), 0.5, 1).toArray();
        return new Model(network, Initializer.XAVIER.initialise(network, 1).parameters(), statistics);
    }

    private static double[][] columns(Dataset data) {
        double[][] columns = new double[Problems.INPUTS][data.size()];
        double[] row = new double[Problems.INPUTS];
        for (int i = 0; i < data.size(); i++) {
            data.features().read(i, row, 0);
            for (int c = 0; c < row.length; c++) {
                columns[c][i] = row[c];
            }
        }
        return columns;
    }

    private static double mean(double[] values) {
        return Arrays.stream(values).average().orElseThrow();
    }
}
