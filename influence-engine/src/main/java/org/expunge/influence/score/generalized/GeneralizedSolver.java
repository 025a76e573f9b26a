package org.expunge.influence.score.generalized;

import static com.google.common.base.Preconditions.checkArgument;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.SortedMap;
import java.util.TreeMap;
import org.expunge.influence.curvature.LossOperator;
import org.expunge.influence.network.Network;
import org.expunge.influence.network.ParameterLayout;
import org.expunge.influence.score.InputDigests;
import org.expunge.influence.score.Provenance;
import org.expunge.influence.score.QuerySolver;
import org.expunge.influence.solver.ConjugateGradient;
import org.expunge.influence.solver.SolveResult;

/**
 * Scores by generalised influence, as {@link org.expunge.influence.score.InfluenceFunction} with this solver gives
 * them: {@code g_qᵀ} times the change that answers {@code g_i}.
 */
public final class GeneralizedSolver implements QuerySolver {
    private final GeneralizedInfluence influence;
    private final LossOperator curvature;
    private final double damping;
    private final ConjugateGradient.Options options;
    private int solves;
    private long products;
    private double largestResidual;
    private int unconverged;

    /**
     * Opens a solver for one run.
     *
     * @param kind how the parameters that stay count
     * @param curvature of the mean training loss; stays the caller's
     * @param damping λ, at least 0
     * @param selection which parameters move
     * @param options when a solve stops
     */
    public GeneralizedSolver(
            GeneralizedInfluence.Kind kind,
            LossOperator curvature,
            double damping,
            ParameterSelection selection,
            ConjugateGradient.Options options) {
        checkArgument(damping >= 0 && Double.isFinite(damping), "damping must be 0 or more, got %s", damping);
        this.influence = new GeneralizedInfluence(kind, curvature.damped(damping), selection, options);
        this.curvature = curvature;
        this.damping = damping;
        this.options = options;
    }

    @Override
    public String curvature() {
        return curvature.method() + "-" + influence.kind().name().toLowerCase(Locale.ROOT);
    }

    @Override
    public int dimension() {
        return curvature.dimension();
    }

    @Override
    public double damping() {
        return damping;
    }

    @Override
    public List<String> layers(Network network) {
        int[] indices = influence.selection().indices();
        return network.layout().entries().stream()
                .filter(entry -> anyWithin(indices, entry))
                .map(ParameterLayout.Entry::layer)
                .distinct()
                .toList();
    }

    private static boolean anyWithin(int[] indices, ParameterLayout.Entry entry) {
        int at = Arrays.binarySearch(indices, entry.offset());
        int first = at >= 0 ? at : -at - 1;
        return first < indices.length && indices[first] < entry.offset() + entry.length();
    }

    @Override
    public double coveragePercent() {
        return influence.selection().percent();
    }

    @Override
    public SortedMap<String, String> inputs() {
        SortedMap<String, String> inputs = new TreeMap<>();
        inputs.put("curvature", curvature());
        inputs.put("curvature-rows", InputDigests.of(curvature.data()));
        inputs.put("curvature-l2", Double.toString(curvature.decay().l2()));
        inputs.put("damping", Double.toString(damping));
        inputs.put("selection", influence.selection().digest());
        inputs.put("tolerance", Double.toString(options.relativeTolerance()));
        inputs.put("products", Integer.toString(options.maxProducts()));
        return inputs;
    }

    @Override
    public double[] solve(double[] gradient) {
        GeneralizedInfluence.Answer answer = influence.direction(gradient);
        SolveResult result = answer.solve();
        solves++;
        products += result.products();
        largestResidual = Math.max(largestResidual, result.relativeResidual());
        unconverged += result instanceof SolveResult.Converged ? 0 : 1;
        return answer.vector().toArray();
    }

    @Override
    public Provenance.Inverse evidence() {
        return new Provenance.Inverse(new TreeMap<>(), "none", solves, products, largestResidual, unconverged);
    }
}
