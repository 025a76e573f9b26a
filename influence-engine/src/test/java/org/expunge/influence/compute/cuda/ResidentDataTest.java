package org.expunge.influence.compute.cuda;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.IntStream;
import org.expunge.influence.compute.Engine;
import org.expunge.influence.compute.Workers;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.network.Model;
import org.expunge.influence.network.Passes;
import org.expunge.influence.network.Weights;
import org.expunge.influence.score.InnerProduct;
import org.expunge.influence.score.Scores;
import org.expunge.influence.score.TrajectoryEstimator;
import org.expunge.influence.score.Weighting;
import org.expunge.influence.testkit.CudaTesting;
import org.expunge.influence.testkit.EmulatorCounts;
import org.expunge.influence.testkit.SmallProblems;
import org.expunge.influence.training.Trainer;
import org.expunge.influence.training.TrainingListener;
import org.expunge.influence.training.TrainingOptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** That passes, trainings and estimators find the rows on the device that one of them has brought. */
@Tag("gpu")
class ResidentDataTest {
    private static final int ROWS = 50;
    private static final int TILE = 8;

    private final Model model = SmallProblems.convolutional(1);
    private final Dataset data = SmallProblems.rows(model, ROWS, 2);
    private final int featureBytes = data.shape().length() * Float.BYTES;

    @BeforeEach
    void skipWithoutCounts() {
        EmulatorCounts.assumeCounted();
    }

    private static long copiedBytes(Runnable work) {
        long before = EmulatorCounts.copiedBytes();
        work.run();
        return EmulatorCounts.copiedBytes() - before;
    }

    private static void pass(Engine engine, Model model, Dataset data) {
        try (Weights weights = Weights.of(engine.compute(), model);
                Passes passes = new Passes(engine, weights)) {
            passes.forEachTile(data, (worker, pass, from) -> {});
        }
    }

    @Test
    void aSecondPassUploadsNeitherFeaturesNorTargets() {
        try (Engine engine = new Engine(CudaTesting.open(), new Workers(2), TILE)) {
            long weights = copiedBytes(() -> pass(engine, model, data.select(new int[0])));
            long first = copiedBytes(() -> pass(engine, model, data));
            long second = copiedBytes(() -> pass(engine, model, data));
            long half = copiedBytes(() ->
                    pass(engine, model, data.select(IntStream.range(25, 50).toArray())));

            int targetBytes = data.targets().width() * Float.BYTES;
            assertThat(first - weights).isEqualTo((long) ROWS * (featureBytes + targetBytes));
            assertThat(second).isEqualTo(weights);
            assertThat(half - weights).as("places alone").isBetween(0L, 2L * 25 * Float.BYTES);
        }
    }

    @Test
    void epochsAndEstimatorsShareTheRows() {
        TrainingOptions options =
                TrainingOptions.DEFAULT.withBatchSize(2 * TILE).withEpochs(1);
        try (Engine engine = new Engine(CudaTesting.open(), new Workers(2), TILE)) {
            Dataset none = data.select(new int[0]);
            long one = copiedBytes(() -> new Trainer(engine, options).train(model, data, none, TrainingListener.NONE));
            long three = copiedBytes(
                    () -> new Trainer(engine, options.withEpochs(3)).train(model, data, none, TrainingListener.NONE));
            Dataset queries = data.select(new int[] {3, 1});
            long scored = copiedBytes(
                    () -> new InnerProduct(engine, model, InnerProduct.Options.DEFAULT).score(data, queries));

            assertThat(one).isGreaterThan((long) ROWS * featureBytes);
            assertThat(three).isLessThan(one);
            assertThat(scored).isLessThan((long) ROWS * featureBytes);
        }
    }

    @Test
    void scoresOfRowsThatStayAndOfRowsThatDoNotAreTheSame() {
        CudaOptions tiny = new CudaOptions(0, MathMode.FLOAT32, 3e-4);
        TrajectoryEstimator.Options options = new TrajectoryEstimator.Options(Weighting.UNIFORM, 200_000, 64);
        Dataset many = SmallProblems.rows(model, 1100, 5);
        Dataset queries = SmallProblems.rows(model, 3, 4);
        CudaCompute ample = CudaTesting.open(CudaOptions.DEFAULT);
        CudaCompute small = CudaTesting.open(tiny);
        try (Engine resident = new Engine(ample, new Workers(2), TILE);
                Engine streaming = new Engine(small, new Workers(2), TILE)) {
            Scores kept = new InnerProduct(resident, model, options).score(many, queries);
            Scores brought = new InnerProduct(streaming, model, options).score(many, queries);

            assertThat(ample.keptRowBytes()).isGreaterThan(1100L * featureBytes);
            assertThat(small.keptRowBytes()).isLessThan(1100L * featureBytes);
            for (int q = 0; q < 3; q++) {
                for (int row = 0; row < 1100; row++) {
                    assertThat(brought.score(q, row)).isEqualTo(kept.score(q, row));
                }
            }
        }
    }
}
