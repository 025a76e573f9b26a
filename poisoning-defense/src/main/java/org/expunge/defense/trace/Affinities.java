package org.expunge.defense.trace;

import java.util.Arrays;
import java.util.List;
import org.expunge.defense.identify.InfluenceSource;
import org.expunge.influence.compute.Engine;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.network.Model;
import org.expunge.influence.retraining.LastHidden;
import org.expunge.influence.score.JointSimilarity;
import org.expunge.influence.score.Scores;
import org.expunge.influence.score.TrajectoryEstimator;
import org.expunge.influence.training.TrainingResult;

/** The ways to compare inputs with rows that vote on which rows are adversarial. */
public final class Affinities {
    private Affinities() {}

    /**
     * Returns the usual four: GAS, which does not care how large gradients are; TracInCP, which does; nearness of the
     * features; nearness in the last hidden layer. None is best everywhere: with triggers on inputs of many classes the
     * gradients disagree and nearness is better, with triggers that hide in the features it is the other way round. The
     * first two are made of the same products, in one pass over the checkpoints.
     *
     * @param engine where to compute; stays the caller's to close
     * @param training the model with its checkpoints
     * @return the four
     */
    public static List<Affinity> usual(Engine engine, TrainingResult training) {
        JointSimilarity influence = new JointSimilarity(
                engine, training.checkpoints(), TrajectoryEstimator.Options.DEFAULT, List.of("gas", "tracin-cp"));
        return List.of(
                influence(InfluenceSource.of(engine, influence)),
                rawNearness(),
                hiddenNearness(engine, training.model()));
    }

    /**
     * Compares by influence.
     *
     * @param source scores rows for inputs
     * @return the comparison by each of its methods
     */
    public static Affinity influence(InfluenceSource source) {
        return new Affinity() {
            @Override
            public List<String> names() {
                return source.methods();
            }

            @Override
            public List<double[][]> of(Dataset train, Dataset inputs) {
                return source.score(train, inputs).stream()
                        .map(Affinities::table)
                        .toList();
            }
        };
    }

    /**
     * Compares by the features.
     *
     * @return the negative Euclidean distance; of text, the cosine of the words, each weighed by how rare it is
     */
    public static Affinity rawNearness() {
        return new RawNearness();
    }

    /**
     * Compares by distance in front of the last layer.
     *
     * @param engine where to compute; stays the caller's to close
     * @param model the model
     * @return the negative Euclidean distance
     */
    public static Affinity hiddenNearness(Engine engine, Model model) {
        return Affinity.named("hidden nearness", (train, inputs) -> {
            double[][] rows = LastHidden.features(engine, model, train);
            return Arrays.stream(LastHidden.features(engine, model, inputs))
                    .map(input -> Arrays.stream(rows)
                            .mapToDouble(row -> -distance(row, input))
                            .toArray())
                    .toArray(double[][]::new);
        });
    }

    /** Returns the Euclidean distance. */
    static double distance(double[] a, double[] b) {
        double sum = 0;
        for (int j = 0; j < a.length; j++) {
            sum += (a[j] - b[j]) * (a[j] - b[j]);
        }
        return Math.sqrt(sum);
    }

    /** Returns the features of all rows, n × d. */
    static double[][] features(Dataset data) {
        double[][] rows = new double[data.size()][data.shape().length()];
        for (int i = 0; i < rows.length; i++) {
            data.features().read(i, rows[i], 0);
        }
        return rows;
    }

    private static double[][] table(Scores scores) {
        double[][] table = new double[scores.queries()][];
        Arrays.setAll(table, scores::row);
        return table;
    }
}
