package org.expunge.benchmarks.dl4j;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.expunge.benchmarks.study.CpuTime;
import org.expunge.benchmarks.study.StudyTable;
import org.expunge.influence.backend.Backends;
import org.expunge.influence.compute.Engine;
import org.expunge.influence.compute.Workers;
import org.expunge.influence.compute.cpu.OpenBlasCore;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.data.Features;
import org.expunge.influence.data.Shape;
import org.expunge.influence.data.Targets;
import org.expunge.influence.gradient.GradientSums;
import org.expunge.influence.network.Initializer;
import org.expunge.influence.network.Model;
import org.expunge.influence.network.Passes;
import org.expunge.influence.network.Weights;
import org.expunge.influence.network.preset.Presets;
import org.expunge.influence.score.InnerProduct;
import org.expunge.influence.score.TrajectoryEstimator;
import org.expunge.influence.training.CheckpointPolicy;
import org.expunge.influence.training.Optimizer;
import org.expunge.influence.training.Schedule;
import org.expunge.influence.training.Trainer;
import org.expunge.influence.training.TrainingListener;
import org.expunge.influence.training.TrainingOptions;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Nesterovs;
import org.nd4j.linalg.lossfunctions.LossFunctions;

/**
 * LeNet on 28 × 28 images in batches of 128: forward and backward, training and scoring, ours beside DL4J's, in turn
 * within one process on one thread. Rates are per second of the calling thread's processor time, so that other load on
 * the machine does not count; medians over rounds.
 *
 * <p>Set {@code OMP_NUM_THREADS=1}. {@code java -cp benchmarks/target/benchmarks.jar
 * org.expunge.benchmarks.dl4j.LeNetSpeedStudy docs/results/lenet-speed.csv 7}
 */
public final class LeNetSpeedStudy implements AutoCloseable {
    private static final String HELPERS_DISABLED = "org.eclipse.deeplearning4j.helpers.disable";
    private static final int BATCH = 128;
    private static final int BATCHES = 10;
    private static final int ROWS = BATCH * BATCHES;
    private static final int DL4J_BATCHES = 2;

    /** Multiplications and additions of one example: see the sizes of {@link Presets#lenet}. */
    private static final double FORWARD_FLOP = 2.0 * (20 * 25 * 576 + 50 * 500 * 64 + 500 * 800 + 10 * 500);

    /** Backward is twice forward but for the first layer's input, whose derivative nobody asks for. */
    private static final double FORWARD_BACKWARD_FLOP = 3 * FORWARD_FLOP - 2.0 * 20 * 25 * 576;

    private final Engine engine;
    private final Dataset data;
    private final Dataset query;
    private final Model model;
    private final Weights weights;
    private final Passes passes;
    private final GradientSums sums;
    private final MultiLayerNetwork dl4j;
    private final DataSet dl4jBatch;

    private LeNetSpeedStudy(Engine engine) {
        this.engine = engine;
        Random random = new Random(1);
        double[] pixels = random.doubles((long) ROWS * 784).toArray();
        int[] labels = IntStream.range(0, ROWS).map(i -> i % 10).toArray();
        data = Dataset.of("noise", new Shape(1, 28, 28), Features.of(pixels, 784), Targets.classes(labels, 10));
        query = data.select(new int[] {0});
        model = Initializer.XAVIER.initialise(Presets.lenet(data.shape(), 10), 1);
        weights = Weights.of(engine.compute(), model);
        passes = new Passes(engine, weights);
        sums = new GradientSums(engine, model.network().layout());
        dl4j = dl4jLeNet();
        INDArray x = Nd4j.rand(BATCH, 784).reshape(BATCH, 1, 28, 28);
        INDArray y = Nd4j.zeros(BATCH, 10);
        for (int i = 0; i < BATCH; i++) {
            y.putScalar(i, i % 10, 1);
        }
        dl4jBatch = new DataSet(x, y);
        dl4j.setInput(x);
        dl4j.setLabels(y);
    }

    /**
     * Runs the study.
     *
     * @param args the file to write, the number of rounds, and what kind of DL4J runs (for the table)
     */
    public static void main(String[] args) throws IOException {
        String kind = args.length > 2 ? args[2] : "as shipped";
        StudyTable table = new StudyTable(
                environment() + "java " + helpers() + "-cp benchmarks/target/benchmarks.jar "
                        + LeNetSpeedStudy.class.getName() + " " + String.join(" ", args),
                List.of(
                        "quantity",
                        "ours (examples/CPU s)",
                        "DL4J " + kind + " (examples/CPU s)",
                        "ratio",
                        "lowest",
                        "highest"));
        try (Engine engine = new Engine(Backends.create("cpu"), new Workers(1), 32);
                LeNetSpeedStudy study = new LeNetSpeedStudy(engine)) {
            int rounds = Integer.parseInt(args[1]);
            study.compare(table, "forward and backward", rounds, study::forwardBackward, study::dl4jGradient);
            study.compare(table, "training", rounds, study::train, study::dl4jFit);
            study.shares(table, rounds);
            study.workers(table, rounds);
        }
        table.write(Path.of(args[0]));
    }

    private static String environment() {
        return Stream.of("OMP_NUM_THREADS", OpenBlasCore.VARIABLE)
                .filter(System.getenv()::containsKey)
                .map(name -> name + "=" + System.getenv(name) + " ")
                .collect(Collectors.joining());
    }

    private static String helpers() {
        String value = System.getProperty(HELPERS_DISABLED);
        return value == null ? "" : "-D" + HELPERS_DISABLED + "=" + value + " ";
    }

    private void compare(StudyTable table, String what, int rounds, Runnable ours, Runnable theirs) {
        double[] ourRates = new double[rounds];
        double[] theirRates = new double[rounds];
        double[] ratios = new double[rounds];
        ours.run();
        ours.run();
        theirs.run();
        for (int r = 0; r < rounds; r++) {
            ourRates[r] = ROWS / CpuTime.seconds(ours);
            theirRates[r] = BATCH * DL4J_BATCHES / CpuTime.seconds(theirs);
            ratios[r] = ourRates[r] / theirRates[r];
        }
        Arrays.sort(ratios);
        table.add(
                what,
                CpuTime.median(ourRates),
                CpuTime.median(theirRates),
                CpuTime.median(ratios),
                ratios[0],
                ratios[rounds - 1]);
    }

    /** What one query costs beside forward and backward, and what share of the sgemm rate that reaches. */
    private void shares(StudyTable table, int rounds) {
        double[] scoring = new double[rounds];
        double[] share = new double[rounds];
        score();
        for (int r = 0; r < rounds; r++) {
            double base = CpuTime.seconds(this::forwardBackward);
            scoring[r] = CpuTime.seconds(this::score) / base;
            share[r] = ROWS * FORWARD_BACKWARD_FLOP / base / CpuTime.sgemmRate(engine.compute());
        }
        Arrays.sort(scoring);
        Arrays.sort(share);
        table.add(
                "time of scoring one query / forward and backward",
                "",
                "",
                CpuTime.median(scoring),
                scoring[0],
                scoring[rounds - 1]);
        table.add(
                "share of the sgemm rate in forward and backward",
                "",
                "",
                CpuTime.median(share),
                share[0],
                share[rounds - 1]);
    }

    /** How much faster two workers are than one, in wall time: the only figure here that other load spoils. */
    private void workers(StudyTable table, int rounds) {
        double[] speedUps = new double[rounds];
        try (Workers two = new Workers(2);
                LeNetSpeedStudy both = new LeNetSpeedStudy(new Engine(engine.compute(), two, engine.tile()))) {
            both.forwardBackward();
            for (int r = 0; r < rounds; r++) {
                speedUps[r] = wallSeconds(this::forwardBackward) / wallSeconds(both::forwardBackward);
            }
        }
        Arrays.sort(speedUps);
        table.add(
                "speed-up of two workers (wall time)",
                "",
                "",
                CpuTime.median(speedUps),
                speedUps[0],
                speedUps[rounds - 1]);
    }

    private void forwardBackward() {
        passes.forEachTile(data, (worker, pass, from) -> {
            pass.lossDelta();
            pass.backward(sums.of(worker));
        });
    }

    private void train() {
        TrainingOptions options = TrainingOptions.DEFAULT
                .withOptimizer(Optimizer.of(Optimizer.Kind.NESTEROV))
                .withSchedule(Schedule.constant(1e-3))
                .withEpochs(1)
                .withBatchSize(BATCH)
                .withCheckpoints(CheckpointPolicy.lastOnly());
        new Trainer(engine, options).train(model, data, query, TrainingListener.NONE);
    }

    private void score() {
        new InnerProduct(engine, model, TrajectoryEstimator.Options.DEFAULT).score(data, query);
    }

    private void dl4jGradient() {
        for (int i = 0; i < DL4J_BATCHES; i++) {
            dl4j.computeGradientAndScore();
        }
    }

    private void dl4jFit() {
        for (int i = 0; i < DL4J_BATCHES; i++) {
            dl4j.fit(dl4jBatch);
        }
    }

    private static MultiLayerNetwork dl4jLeNet() {
        MultiLayerNetwork network = new MultiLayerNetwork(new NeuralNetConfiguration.Builder()
                .seed(1)
                .updater(new Nesterovs(1e-3, 0.9))
                .list()
                .layer(new ConvolutionLayer.Builder(5, 5)
                        .nOut(20)
                        .activation(Activation.IDENTITY)
                        .build())
                .layer(new SubsamplingLayer.Builder(SubsamplingLayer.PoolingType.MAX)
                        .kernelSize(2, 2)
                        .stride(2, 2)
                        .build())
                .layer(new ConvolutionLayer.Builder(5, 5)
                        .nOut(50)
                        .activation(Activation.IDENTITY)
                        .build())
                .layer(new SubsamplingLayer.Builder(SubsamplingLayer.PoolingType.MAX)
                        .kernelSize(2, 2)
                        .stride(2, 2)
                        .build())
                .layer(new DenseLayer.Builder()
                        .nOut(500)
                        .activation(Activation.RELU)
                        .build())
                .layer(new OutputLayer.Builder(LossFunctions.LossFunction.MCXENT)
                        .nOut(10)
                        .activation(Activation.SOFTMAX)
                        .build())
                .setInputType(InputType.convolutional(28, 28, 1))
                .build());
        network.init();
        return network;
    }

    private static double wallSeconds(Runnable work) {
        long start = System.nanoTime();
        work.run();
        return (System.nanoTime() - start) / 1e9;
    }

    @Override
    public void close() {
        sums.close();
        passes.close();
        weights.close();
    }
}
