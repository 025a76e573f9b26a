package org.expunge.influence.score.representer;

import static com.google.common.base.Preconditions.checkArgument;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.expunge.influence.compute.Engine;
import org.expunge.influence.compute.Loss;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.gradient.GradientView;
import org.expunge.influence.network.Model;
import org.expunge.influence.network.Network;
import org.expunge.influence.score.BlockTask;
import org.expunge.influence.score.Estimator;
import org.expunge.influence.score.InputDigests;
import org.expunge.influence.score.MemoryPlan;
import org.expunge.influence.score.Provenance;
import org.expunge.influence.score.ScoreSink;
import org.expunge.influence.score.WorkLimits;
import org.expunge.influence.score.sketch.FeatureScorer;

/**
 * Representer points: the last layer is fitted again with a penalty {@code λ ‖w‖²}; at the minimum it is a sum over
 * training rows, {@code w = Σ_i α_i f̄_iᵀ}, and so is every logit. The score of a row is its part.
 *
 * <p><b>Shapes.</b> m queries × n training rows.
 *
 * <p><b>Units.</b> Logits. For classes the parts of a query add up to the logit of the label it carries (times −1 for
 * the class 0 of a single sigmoid), for a regression to its output. They say what the fitted layer is made of, not what
 * a retraining without the row would give.
 *
 * <p><b>Accuracy.</b> The parts add up to within {@code ‖f̄_q‖ ‖∇‖ / 2λ}, where {@code ‖∇‖} is what the fit left of the
 * gradient; the provenance states it as the residual, and counts a fit that did not reach its tolerance.
 *
 * <p><b>Cost.</b> A forward pass over the rows, the fit (some ten Newton steps on the last layer), a forward pass over
 * the queries, and {@code in + out} multiplications a pair. Inputs of the last layer are kept: n × in doubles.
 *
 * <p><b>Source.</b> C.-K. Yeh, J. S. Kim, I. E. H. Yen, P. Ravikumar, "Representer Point Selection for Explaining Deep
 * Neural Networks", NeurIPS 2018, theorem 3.1. The bias is penalised with the weights, as the theorem needs.
 */
public final class RepresenterPoints implements Estimator {
    /**
     * How to fit and cut the work.
     *
     * @param penalty λ, added to the mean loss as {@code λ ‖w‖²}; above 0
     * @param tolerance the norm of the objective's gradient at which the fit ends, above 0
     * @param maxSteps most Newton steps, at least 1
     * @param limits how to cut the work
     */
    public record Options(double penalty, double tolerance, int maxSteps, WorkLimits limits) {
        /** λ = 0.003; a gradient of 1e-6 within 50 steps. */
        public static final Options DEFAULT = new Options(3e-3, 1e-6, 50, WorkLimits.DEFAULT);

        /** Checks the ranges. */
        public Options {
            checkArgument(penalty > 0 && Double.isFinite(penalty), "penalty must be above 0, got %s", penalty);
            checkArgument(tolerance > 0 && Double.isFinite(tolerance), "tolerance must be above 0, got %s", tolerance);
            checkArgument(maxSteps >= 1, "maxSteps must be at least 1, got %s", maxSteps);
        }
    }

    private final Engine engine;
    private final Model model;
    private final Options options;
    private final LastLayer last;

    /**
     * Explains a model.
     *
     * @param engine where to compute
     * @param model whose last layer is dense
     * @param options how to fit and cut the work
     */
    public RepresenterPoints(Engine engine, Model model, Options options) {
        this.engine = engine;
        this.model = model;
        this.options = options;
        this.last = new LastLayer(engine, model);
        Loss loss = model.network().loss();
        checkArgument(
                model.network().outputs() == 1 || loss == Loss.SOFTMAX_CROSS_ENTROPY,
                "representer points explain softmax classes or a single output, but the network has %s outputs with %s",
                model.network().outputs(),
                loss);
    }

    @Override
    public String method() {
        return "representer-points";
    }

    @Override
    public SortedMap<String, String> inputs() {
        SortedMap<String, String> inputs = new TreeMap<>();
        inputs.put("model", InputDigests.of(model));
        inputs.put("penalty", Double.toString(options.penalty()));
        inputs.put("tolerance", Double.toString(options.tolerance()));
        inputs.put("steps", Integer.toString(options.maxSteps()));
        inputs.put("backend", engine.compute().name());
        return inputs;
    }

    @Override
    public MemoryPlan plan(int rows, int queries) {
        int outputs = model.network().outputs();
        long features = 2L * Double.BYTES * (last.inputs() + outputs);
        // inputs and α of all rows, as they are made and as they are used; the network's and the head's passes
        long fixed = 3 * MemoryPlan.passBytes(engine, model.network()) + rows * features;
        return options.limits().blocks(rows, queries, fixed, features, features, 3L * Double.BYTES);
    }

    @Override
    public Provenance stream(Dataset train, Dataset queries, ScoreSink sink) throws IOException {
        checkArgument(train.size() >= 1, "representer points need training rows, but %s has none", train.name());
        Dataset inputs = last.inputs(train);
        HeadFit.Result fit = new HeadFit(engine, inputs, options.penalty())
                .fit(last.head(), options.tolerance(), options.maxSteps());
        double[][] deltas = last.deltas(fit.head(), inputs);
        double scale = -1 / (2 * options.penalty() * train.size());
        BlockTask.stream(plan(train.size(), queries.size()), train, queries, sink, (range, rows, block) -> {
            int[] own = IntStream.range(range.rowFrom(), range.rowFrom() + range.rows())
                    .toArray();
            double[][] some = IntStream.of(own).mapToObj(i -> deltas[i]).toArray(double[][]::new);
            double[] scores = products(rows(inputs.select(own)), rows(last.inputs(block)));
            double[] parts = products(some, labels(block));
            Arrays.setAll(scores, i -> scale * parts[i] * (scores[i] + last.bias()));
            return scores;
        });
        return provenance(fit);
    }

    private double[] products(double[][] ofRows, double[][] ofQueries) {
        double[][] columns = FeatureScorer.transposed(ofQueries, ofQueries[0].length);
        return FeatureScorer.products(engine.workers(), ofRows, columns, ofQueries.length);
    }

    private static double[][] rows(Dataset data) {
        return IntStream.range(0, data.size()).mapToObj(data::row).toArray(double[][]::new);
    }

    /** The combination of logits that is explained: the label's; that of a single sigmoid turned towards its label. */
    private double[][] labels(Dataset queries) {
        Loss loss = model.network().loss();
        double[][] labels = new double[queries.size()][model.network().outputs()];
        for (int q = 0; q < labels.length; q++) {
            queries.targets().read(q, labels[q], 0);
            if (loss == Loss.SIGMOID_CROSS_ENTROPY) {
                labels[q][0] = 2 * labels[q][0] - 1;
            } else if (loss != Loss.SOFTMAX_CROSS_ENTROPY) {
                labels[q][0] = 1;
            }
        }
        return labels;
    }

    private Provenance provenance(HeadFit.Result fit) {
        Network network = model.network();
        return new Provenance(
                method(),
                List.of(new Provenance.UsedCheckpoint(0, 0, 1, 1)),
                "identity",
                0,
                List.of(last.name()),
                GradientView.ofLastLayer(network).coveragePercent(network),
                Provenance.Units.LOGIT_PART,
                engine.compute().name(),
                engine.compute().precision(),
                Provenance.Skipped.NONE,
                new Provenance.Inverse(
                        new TreeMap<>(), "none", 1, fit.products(), fit.gradientNorm(), fit.isConverged() ? 0 : 1));
    }
}
