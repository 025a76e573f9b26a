package org.expunge.influence.score;

import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.expunge.influence.compute.Engine;
import org.expunge.influence.compute.Precision;
import org.expunge.influence.gradient.Truncation;
import org.expunge.influence.network.Network;

/**
 * How scores were made.
 *
 * @param method name of the estimator
 * @param checkpoints the models used, and what each counted
 * @param curvature what stands for C; {@code identity} for estimators without curvature
 * @param damping λ in {@code (C + λI)⁻¹} with C the curvature of the mean loss, the smallest where layers differ; 0
 *     with the identity
 * @param layers the layers that took part
 * @param coveragePercent share of the parameters in them
 * @param units what a score counts
 * @param backend name of the compute, or what each of several was that shared the work
 * @param precision of products within a layer; sums over layers and checkpoints are double
 * @param skipped what was left out for want of a direction
 * @param inverse how well {@code C⁻¹ g_q} was found
 */
public record Provenance(
        String method,
        List<UsedCheckpoint> checkpoints,
        String curvature,
        double damping,
        List<String> layers,
        double coveragePercent,
        Units units,
        String backend,
        Precision precision,
        Skipped skipped,
        Inverse inverse) {

    /** What a score counts. */
    public enum Units {
        /** {@code Σ_t w_t ⟨g_q, g_i⟩}: divided by n, about the rise of the query's loss when row i is removed. */
        INNER_PRODUCT,
        /** {@link #INNER_PRODUCT} divided by n: the predicted rise of the query's loss when row i is removed. */
        PER_REMOVAL,
        /** {@code Σ_t w_t cos(g_q, g_i)}: at most {@code Σ_t w_t} in size, or that times the layers. */
        COSINE,
        /** The inner product divided by a norm of the row's own effect: a ranking only. */
        RELATIVE,
        /** Divided by n, about the fall of the target's margin (log-odds, or output) when row i is removed. */
        MARGIN,
        /** Parts that add up, over rows, to the target's logit. */
        LOGIT_PART,
        /** Parts that add up, over rows, to the fall of the query's loss in the course of the training. */
        LOSS_FALL
    }

    /**
     * One model of a training.
     *
     * @param iteration steps taken
     * @param epoch epochs finished
     * @param learningRate η_t
     * @param weight w_t in the sum over checkpoints
     */
    public record UsedCheckpoint(int iteration, int epoch, double learningRate, double weight) {}

    /**
     * Gradients without a direction count 0 in a cosine. Counted over checkpoints (and layers, where cosines are taken
     * by layer), for the blocks computed in this run.
     *
     * @param rowTerms training rows' gradients below the floor
     * @param queryTerms queries' gradients below the floor
     * @param smallestRowDelta smallest {@code ‖δ‖} at the logits met among training rows; 0 if none was taken
     * @param smallestQueryDelta the same among queries
     */
    public record Skipped(long rowTerms, long queryTerms, double smallestRowDelta, double smallestQueryDelta) {
        /** Nothing was skipped, because nothing was divided. */
        public static final Skipped NONE = new Skipped(0, 0, 0, 0);
    }

    /**
     * How {@code (C + λI)⁻¹ g_q} was found for the queries. A run that goes on where another was killed solves again
     * for the queries that were open, and counts them again. Where {@code unconverged} is not 0, the scores of some
     * queries belong to a truncated solve: more strongly damped than λ says.
     *
     * @param dampings λ by layer, sorted by name; empty where all layers share λ
     * @param preconditioner method of the preconditioner; {@code none} without one
     * @param solves queries solved for by iteration; 0 for a closed form and for the identity
     * @param products products with C spent, over all queries
     * @param largestResidual largest {@code ‖b − A x‖ / ‖b‖} that a query was left with
     * @param unconverged queries whose solve stopped before its tolerance
     * @param choices what the program chose because nobody did, such as the damping, by name; empty where all was given
     * @param truncations singular values kept of each dense layer's part of {@code C⁻¹ g_q}, by layer: a score errs by
     *     at most the tail times the norm of the row's gradient there; empty where nothing was cut
     */
    public record Inverse(
            SortedMap<String, Double> dampings,
            String preconditioner,
            int solves,
            long products,
            double largestResidual,
            int unconverged,
            SortedMap<String, String> choices,
            SortedMap<String, Truncation.Outcome> truncations) {
        /** Nothing was solved. */
        public static final Inverse NONE = new Inverse(new TreeMap<>(), "none", 0, 0, 0, 0);

        /** Copies the maps. */
        public Inverse {
            dampings = new TreeMap<>(dampings);
            choices = new TreeMap<>(choices);
            truncations = new TreeMap<>(truncations);
        }

        /** Nothing was cut. */
        public Inverse(
                SortedMap<String, Double> dampings,
                String preconditioner,
                int solves,
                long products,
                double largestResidual,
                int unconverged,
                SortedMap<String, String> choices) {
            this(dampings, preconditioner, solves, products, largestResidual, unconverged, choices, new TreeMap<>());
        }

        /** Nothing was chosen by the program. */
        public Inverse(
                SortedMap<String, Double> dampings,
                String preconditioner,
                int solves,
                long products,
                double largestResidual,
                int unconverged) {
            this(dampings, preconditioner, solves, products, largestResidual, unconverged, new TreeMap<>());
        }

        /** Returns the account of these solves and of others with the same inverse. */
        public Inverse and(Inverse others) {
            SortedMap<String, Truncation.Outcome> cut = new TreeMap<>(truncations);
            others.truncations.forEach((layer, outcome) -> cut.merge(layer, outcome, Truncation.Outcome::or));
            return new Inverse(
                    dampings,
                    preconditioner,
                    solves + others.solves,
                    products + others.products,
                    Math.max(largestResidual, others.largestResidual),
                    unconverged + others.unconverged,
                    choices,
                    cut);
        }

        /** Returns the same account with what cutting left out. */
        Inverse withTruncations(SortedMap<String, Truncation.Outcome> cut) {
            return new Inverse(dampings, preconditioner, solves, products, largestResidual, unconverged, choices, cut);
        }
    }

    /**
     * Describes scores from all parameters, with the identity for a curvature.
     *
     * @param method name of the estimator
     * @param checkpoints the models used, and what each counted
     * @param network the network
     * @param units what a score counts
     * @param engine where they were computed
     */
    public static Provenance withoutCurvature(
            String method, List<UsedCheckpoint> checkpoints, Network network, Units units, Engine engine) {
        return new Provenance(
                method,
                checkpoints,
                "identity",
                0,
                network.parametricNodes().stream()
                        .map(node -> network.nodes().get(node).name())
                        .toList(),
                100,
                units,
                engine.compute().name(),
                engine.compute().precision(),
                Skipped.NONE,
                Inverse.NONE);
    }

    /** Returns the same with a curvature, its λ and how it was inverted. */
    public Provenance withCurvature(String name, double lambda, Inverse how) {
        return new Provenance(
                method, checkpoints, name, lambda, layers, coveragePercent, units, backend, precision, skipped, how);
    }

    /** Copies the lists. */
    public Provenance {
        checkpoints = List.copyOf(checkpoints);
        layers = List.copyOf(layers);
    }

    /** Returns the same for an estimator of another name, which had another one do the work. */
    public Provenance withMethod(String other) {
        return with(other, units, backend, skipped, inverse);
    }

    /** Returns the same in other units. */
    public Provenance withUnits(Units other) {
        return with(method, other, backend, skipped, inverse);
    }

    /** Returns the same with another account of what was skipped. */
    Provenance withSkipped(Skipped other) {
        return with(method, units, backend, other, inverse);
    }

    /** Returns the same by a backend of another name. */
    public Provenance withBackend(String other) {
        return with(method, units, other, skipped, inverse);
    }

    /** Returns the same with another account of the solves. */
    public Provenance withInverse(Inverse other) {
        return with(method, units, backend, skipped, other);
    }

    private Provenance with(String ofMethod, Units inUnits, String by, Skipped left, Inverse solves) {
        return new Provenance(
                ofMethod,
                checkpoints,
                curvature,
                damping,
                layers,
                coveragePercent,
                inUnits,
                by,
                precision,
                left,
                solves);
    }
}
