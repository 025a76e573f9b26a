package org.expunge.unlearning.method.selected;

import static com.google.common.base.Preconditions.checkArgument;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.expunge.influence.compute.Engine;
import org.expunge.influence.curvature.GaussNewton;
import org.expunge.influence.curvature.Hessian;
import org.expunge.influence.curvature.LossOperator;
import org.expunge.influence.curvature.ParameterVector;
import org.expunge.influence.curvature.WeightDecay;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.data.RowSample;
import org.expunge.influence.data.Targets;
import org.expunge.influence.gradient.PerExample;
import org.expunge.influence.network.Model;
import org.expunge.influence.score.generalized.GeneralizedInfluence;
import org.expunge.influence.score.generalized.ParameterSelection;
import org.expunge.influence.score.generalized.UnitSelection;
import org.expunge.influence.solver.ConjugateGradient;
import org.expunge.influence.solver.SolveResult;
import org.expunge.influence.training.Evaluator;
import org.expunge.unlearning.Cost;
import org.expunge.unlearning.ForgetSet;
import org.expunge.unlearning.Guarantee;
import org.expunge.unlearning.UnlearningMethod;
import org.expunge.unlearning.UnlearningResult;
import org.expunge.unlearning.method.CandidateSearch;
import org.expunge.unlearning.method.SearchLog;
import org.expunge.unlearning.method.UtilityGuard;
import org.jspecify.annotations.Nullable;

/**
 * One step of generalised influence on selected parameters, {@code θ′_S = θ_S + s · x}, with {@code x} the answer of
 * {@link GeneralizedInfluence} to a gradient {@code g}, by the damped curvature of the rows that count afterwards.
 *
 * <ul>
 *   <li>Removal: {@code g = (Σ_F g_i + m·l2·Dθ) / n_R}, the curvature that of R. For single rows and for whole classes.
 *   <li>Change of labels ({@link #relabelling}): {@code g = Σ_F (g_i − g′_i) / n}, with {@code g′_i} the gradient for
 *       the new label, and the curvature that of R and the relabelled rows.
 * </ul>
 *
 * <p>There is one step, along the influence. Damping and length are chosen by {@link CandidateSearch}, never on test
 * rows; for new labels the acceptable candidate of the lowest loss with them is taken. {@code S} are the units that
 * answer F most, by {@link UnitSelection}.
 *
 * <p><b>Shapes.</b> {@code g} and {@code θ} have length {@code p}, {@code x} length {@code k}.
 *
 * <p><b>Units.</b> λ is added to the curvature of the mean loss.
 *
 * <p><b>Accuracy.</b> Empirical. Equal to retraining for least squares with all parameters selected, as {@code λ → 0},
 * for removal and for new labels. With fewer, {@code FROZEN} equals retraining of {@code S} alone, there.
 *
 * <p><b>Cost.</b> For each damping at most {@code maxProducts} products over the rows of the curvature; a forward and a
 * backward pass over F for the selection, one or two for the gradient; a forward pass over all rows for each candidate.
 *
 * <p><b>Source.</b> H. Lyu, J. Jang, S. Ryu and H. Yang, "Deeper Understanding of Black-box Predictions via Generalized
 * Influence Functions", arXiv:2312.05586, 2023. There the step is set to a length and repeated up to 200 times, until
 * test rows look best.
 */
public final class GeneralizedInfluenceRemoval implements UnlearningMethod {
    /** What is inverted. */
    public enum Curvature {
        /** Positive semi-definite. */
        GAUSS_NEWTON {
            @Override
            LossOperator of(Engine engine, Model model, Dataset rows, WeightDecay decay) {
                return new GaussNewton(engine, model, rows, decay);
            }
        },
        /** Exact; indefinite on networks that are not convex, which least squares can bear. */
        HESSIAN {
            @Override
            LossOperator of(Engine engine, Model model, Dataset rows, WeightDecay decay) {
                return new Hessian(engine, model, rows, decay);
            }
        };

        abstract LossOperator of(Engine engine, Model model, Dataset rows, WeightDecay decay);
    }

    /**
     * How the step is made and searched.
     *
     * @param kind how the parameters that stay count
     * @param curvature what is inverted
     * @param curvatureRows rows to take it from, drawn at random; 0 for all
     * @param selection which parameters move
     * @param weightDecay the penalty that the model was trained with
     * @param dampings λ to try, at least one, each 0 or more
     * @param steps s to try at each damping until one is acceptable, longest first, at least one, each above 0; between
     *     it and the one before, three more are tried
     * @param solve when to stop solving; products with the curvature and with its transpose both count
     * @param search how candidates are judged
     */
    public record Options(
            GeneralizedInfluence.Kind kind,
            Curvature curvature,
            int curvatureRows,
            UnitSelection selection,
            WeightDecay weightDecay,
            List<Double> dampings,
            List<Double> steps,
            ConjugateGradient.Options solve,
            CandidateSearch.Options search) {
        /**
         * GIF on a twentieth of the parameters, Gauss-Newton over at most 2 000 rows, dampings of 1 to 0.001, steps of
         * 64 down to a 64th, 60 products, and 2 points of accuracy. Where a network has fitted every row, the influence
         * of removing some is too short by far, and that of other labels too long.
         */
        public static final Options DEFAULT = new Options(
                GeneralizedInfluence.Kind.GENERALIZED,
                Curvature.GAUSS_NEWTON,
                2_000,
                UnitSelection.DEFAULT,
                WeightDecay.NONE,
                List.of(1.0, 1e-1, 1e-2, 1e-3),
                IntStream.rangeClosed(-6, 6).mapToObj(k -> Math.pow(2, -k)).toList(),
                new ConjugateGradient.Options(1e-4, 60),
                CandidateSearch.Options.DEFAULT.withGuard(UtilityGuard.DEFAULT.withMaxAccuracyDrop(0.02)));

        /** Copies the lists and checks the ranges. */
        public Options {
            checkArgument(curvatureRows >= 0, "curvatureRows must be 0 or more, got %s", curvatureRows);
            checkArgument(!dampings.isEmpty() && !steps.isEmpty(), "there must be a damping and a step to try");
            dampings = List.copyOf(dampings);
            steps = List.copyOf(steps);
            dampings.forEach(d -> checkArgument(d >= 0 && Double.isFinite(d), "damping must be 0 or more, got %s", d));
            steps.forEach(s -> checkArgument(s > 0 && Double.isFinite(s), "steps must be above 0, got %s", s));
        }

        /** Returns the same options for another kind. */
        public Options withKind(GeneralizedInfluence.Kind value) {
            return new Options(value, curvature, curvatureRows, selection, weightDecay, dampings, steps, solve, search);
        }

        /** Returns the same options with another curvature. */
        public Options withCurvature(Curvature value, int rows) {
            return new Options(kind, value, rows, selection, weightDecay, dampings, steps, solve, search);
        }

        /** Returns the same options with other parameters selected. */
        public Options withSelection(UnitSelection value) {
            return new Options(kind, curvature, curvatureRows, value, weightDecay, dampings, steps, solve, search);
        }

        /** Returns the same options with the penalty of another recipe. */
        public Options withWeightDecay(WeightDecay value) {
            return new Options(kind, curvature, curvatureRows, selection, value, dampings, steps, solve, search);
        }

        /** Returns the same options with other dampings to try. */
        public Options withDampings(List<Double> value) {
            return new Options(kind, curvature, curvatureRows, selection, weightDecay, value, steps, solve, search);
        }

        /** Returns the same options with other steps to try. */
        public Options withSteps(List<Double> value) {
            return new Options(kind, curvature, curvatureRows, selection, weightDecay, dampings, value, solve, search);
        }

        /** Returns the same options with another end of solves. */
        public Options withSolve(ConjugateGradient.Options value) {
            return new Options(kind, curvature, curvatureRows, selection, weightDecay, dampings, steps, value, search);
        }

        /** Returns the same options with candidates judged in another way. */
        public Options withSearch(CandidateSearch.Options value) {
            return new Options(kind, curvature, curvatureRows, selection, weightDecay, dampings, steps, solve, value);
        }
    }

    /**
     * What made a candidate.
     *
     * @param damping λ
     * @param step the multiple of the answer that was added
     * @param solve how the solve ended
     * @param products products that it took
     * @param relativeResidual what is left of the normal equations
     */
    public record Strength(double damping, double step, String solve, int products, double relativeResidual) {}

    /**
     * What was tried.
     *
     * @param options the settings
     * @param isRelabelling whether rows got new labels, instead of being removed
     * @param selected k, parameters that could move
     * @param selection digest of their indices
     * @param search every candidate, of {@link Strength}, and the one taken
     * @param limits what the method does not do, in words
     */
    public record Details(
            Options options,
            boolean isRelabelling,
            int selected,
            String selection,
            SearchLog search,
            List<String> limits) {
        /** Copies the list. */
        public Details {
            limits = List.copyOf(limits);
        }
    }

    private static final List<String> LIMITS = List.of(
            "Nothing is proved; verification says how much was forgotten.",
            "Parameters that were not selected still reflect the rows.",
            "A normalisation that was fitted with the rows is kept; its means and scales still reflect them.");

    private final Engine engine;
    private final Options options;
    private final @Nullable Dataset relabelled;

    private GeneralizedInfluenceRemoval(Engine engine, Options options, @Nullable Dataset relabelled) {
        this.engine = engine;
        this.options = options;
        this.relabelled = relabelled;
    }

    /**
     * Makes the method that removes rows.
     *
     * @param engine where it runs; stays the caller's to close
     * @param options how the step is made and searched
     */
    public GeneralizedInfluenceRemoval(Engine engine, Options options) {
        this(engine, options, null);
    }

    /**
     * Makes the method that gives rows new labels.
     *
     * @param engine where it runs; stays the caller's to close
     * @param options how the step is made and searched
     * @param relabelled rows with their new targets, under their ids: at least those that will be asked for. They are
     *     compared with rows never seen by nothing, as a model with their new labels gets the old ones wrong
     */
    public static GeneralizedInfluenceRemoval relabelling(Engine engine, Options options, Dataset relabelled) {
        CandidateSearch.Options search = options.search().withBoundByUnseenRows(false);
        return new GeneralizedInfluenceRemoval(engine, options.withSearch(search), relabelled);
    }

    @Override
    public String name() {
        return "generalized-influence";
    }

    @Override
    public Guarantee guarantee() {
        return Guarantee.EMPIRICAL;
    }

    /**
     * What is aimed at.
     *
     * @param gradient what the change answers, length {@code p}
     * @param after rows of the curvature
     * @param gradientRows rows whose gradients were taken
     */
    private record Aim(ParameterVector gradient, Dataset after, long gradientRows) {}

    @Override
    public UnlearningResult forget(Model model, ForgetSet rows, Dataset validation) {
        if (rows.isEmpty()) {
            return UnlearningResult.nothingToRemove(model, this);
        }
        long start = System.nanoTime();
        CandidateSearch search = relabelled == null
                ? new CandidateSearch(engine, model, rows, validation, options.search())
                : towardsLabels(model, rows, validation, changed(relabelled, rows.forget()));
        ParameterSelection selection = options.selection().select(engine, model, rows.forget());
        Aim aim = relabelled == null ? removal(model, rows) : change(model, rows, changed(relabelled, rows.forget()));
        long products = search(search, model, selection, aim);
        return new UnlearningResult(
                search.bestModel(),
                search.outcome(),
                name(),
                guarantee(),
                new Details(options, relabelled != null, selection.size(), selection.digest(), search.log(), LIMITS),
                new Cost(
                        (System.nanoTime() - start) * 1e-9,
                        rows.forget().size() + aim.gradientRows(),
                        products * aim.after().size(),
                        search.evaluatedRows()));
    }

    private Aim removal(Model model, ForgetSet rows) {
        double[] gradient = RemovalGradient.of(engine, model, rows, options.weightDecay());
        return aim(gradient, rows.retain(), rows.forget().size());
    }

    /** Returns F with its new targets, in its order. */
    private static Dataset changed(Dataset relabelled, Dataset forget) {
        int[] at = forget.ids().stream().mapToInt(relabelled::rowOf).toArray();
        return forget.withTargets(Targets.select(relabelled.targets(), at));
    }

    private CandidateSearch towardsLabels(Model model, ForgetSet rows, Dataset validation, Dataset changed) {
        Evaluator evaluator = new Evaluator(engine);
        return new CandidateSearch(
                engine,
                model,
                rows,
                validation,
                options.search(),
                (candidate, figures) -> -evaluator.evaluate(candidate, changed).meanLoss());
    }

    private Aim change(Model model, ForgetSet rows, Dataset changed) {
        Dataset forget = rows.forget();
        double[] gradient = new PerExample(engine).sumGradient(model, forget);
        double[] anew = new PerExample(engine).sumGradient(model, changed);
        Dataset after = rows.retain().concat(changed);
        Arrays.setAll(gradient, i -> (gradient[i] - anew[i]) / after.size());
        return aim(gradient, after, 2L * forget.size());
    }

    private Aim aim(double[] gradient, Dataset after, long gradientRows) {
        Dataset sample = options.curvatureRows() == 0
                ? after
                : RowSample.of(after, options.curvatureRows(), options.search().seed());
        return new Aim(ParameterVector.of(gradient), sample, gradientRows);
    }

    /** Offers candidates at each damping and returns how many products that took. */
    private long search(CandidateSearch search, Model model, ParameterSelection selection, Aim aim) {
        long products = 0;
        try (LossOperator curvature = options.curvature().of(engine, model, aim.after(), options.weightDecay())) {
            for (double damping : options.dampings()) {
                GeneralizedInfluence.Answer answer = new GeneralizedInfluence(
                                options.kind(), curvature.damped(damping), selection, options.solve())
                        .change(aim.gradient().toArray());
                products += answer.solve().products();
                backtrack(search, model, damping, answer);
            }
        }
        return products;
    }

    private void backtrack(CandidateSearch search, Model model, double damping, GeneralizedInfluence.Answer answer) {
        double[] change = answer.vector().toArray();
        SolveResult solve = answer.solve();
        LongestStep.search(options.steps(), step -> {
            double[] parameters = model.parameters();
            Arrays.setAll(parameters, i -> parameters[i] + step * change[i]);
            return search.consider(
                    new Strength(damping, step, solve.outcome(), solve.products(), solve.relativeResidual()),
                    parameters);
        });
    }
}
