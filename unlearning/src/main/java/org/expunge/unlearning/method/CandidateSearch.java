package org.expunge.unlearning.method;

import static com.google.common.base.Preconditions.checkArgument;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.ToDoubleBiFunction;
import java.util.function.ToDoubleFunction;
import org.expunge.influence.compute.Engine;
import org.expunge.influence.curvature.ParameterVector;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.network.Model;
import org.expunge.influence.training.Evaluation;
import org.expunge.influence.training.Evaluator;
import org.expunge.unlearning.ForgetSet;
import org.expunge.unlearning.UnlearningResult;
import org.expunge.unlearning.membership.ClassMatch;
import org.expunge.unlearning.membership.LossAuc;
import org.jspecify.annotations.Nullable;

/**
 * The guard that every searching method offers its models to. A method makes candidates in whatever order suits it,
 * offers each with a record that says how it was made ({@link #consider(Record, Model)}), may look at the answer to
 * decide what to make next, and takes {@link #bestModel} in the end:
 *
 * <pre>{@code
 * CandidateSearch search = new CandidateSearch(engine, model, rows, validation, options.search());
 * for (double strength : options.strengths()) {
 *     search.consider(new Strength(strength), moved(model, strength));
 * }
 * return new UnlearningResult(search.bestModel(), search.outcome(), name(), guarantee(),
 *         new Details(options, search.log(), limits), cost);
 * }</pre>
 *
 * <p>Running statistics of batch normalisation are taken anew from the remaining rows for every candidate
 * ({@link BatchStatistics}); a method need not do it. A candidate is measured on the rows to forget F, the remaining
 * rows R and validation rows, of those classes that R still has; test rows and retrained models take no part. It is
 * acceptable inside the {@link UtilityGuard}, and if it does not forget so much that the rows stand out against
 * validation rows of the same classes, which gives them away as well: the mean loss on F exceeds theirs by at most two
 * standard errors, and the membership AUC of F against them is at most two standard errors below one half; where F was
 * harder than that before, so much more is allowed. (Their plain mean is no bound: single rows that only memory got
 * right should end far above it.) Among the acceptable candidates the one of the highest merit is best, the earlier one
 * of equals. Unless another merit is given it is the one whose mean loss on F is nearest to that of rows never seen, in
 * standard errors, or where that is no bound, the one of the highest mean loss on F.
 *
 * <p>A class of which no row remains is to be forgotten as such: a model that never saw it gets it wrong. Then rows
 * never seen are no bound.
 *
 * <p><b>Cost.</b> A forward pass over F, R and validation rows for each candidate, and one in training mode over R
 * where the network normalises batches. Used by one thread, for one request.
 */
public final class CandidateSearch {
    /**
     * How candidates are judged.
     *
     * @param guard what may be lost
     * @param isRetainTrusted whether R must keep its accuracy and its loss; false where R itself may hold rows that are
     *     to be unlearned, such as poison that was not identified
     * @param isBoundedByUnseenRows whether F may not be made to look worse than rows never seen; false for rows that a
     *     model without them should get wrong, such as mislabelled ones
     * @param leastChange below which a candidate counts as unchanged: the mean absolute change of the losses on F as a
     *     share of the mean loss on rows never seen, 0 or more; at 0 only equal losses do
     * @param seed decides which validation rows F is compared with, and the order of R where batch statistics are taken
     */
    public record Options(
            UtilityGuard guard, boolean isRetainTrusted, boolean isBoundedByUnseenRows, double leastChange, long seed) {
        /** The default guard, R trusted, bounded by rows never seen, a change of at least a thousandth. */
        public static final Options DEFAULT = new Options(UtilityGuard.DEFAULT, true, true, 1e-3, 0);

        /** Checks the range. */
        public Options {
            checkArgument(leastChange >= 0, "leastChange must be 0 or more, got %s", leastChange);
        }

        /** Returns the same options with another guard. */
        public Options withGuard(UtilityGuard value) {
            return new Options(value, isRetainTrusted, isBoundedByUnseenRows, leastChange, seed);
        }

        /** Returns the same options, with R judged or not. */
        public Options withTrustInRetain(boolean value) {
            return new Options(guard, value, isBoundedByUnseenRows, leastChange, seed);
        }

        /** Returns the same options, bounded by rows never seen or not. */
        public Options withBoundByUnseenRows(boolean value) {
            return new Options(guard, isRetainTrusted, value, leastChange, seed);
        }

        /** Returns the same options with another seed. */
        public Options withSeed(long value) {
            return new Options(guard, isRetainTrusted, isBoundedByUnseenRows, leastChange, value);
        }

        /** Returns the same options with another least change. */
        public Options withLeastChange(double value) {
            return new Options(guard, isRetainTrusted, isBoundedByUnseenRows, value, seed);
        }
    }

    /** The AUC of rows that look never seen. */
    private static final double UNSEEN_AUC = 0.5;

    /** Two standard errors: so far to one side lies one draw of rows in forty by chance. */
    private static final double NOTICEABLE_ERRORS = 2;

    private final Engine engine;
    private final Options options;
    private final Model model;
    private final ForgetSet rows;
    private final ToDoubleBiFunction<Model, CandidateFigures> merit;
    private final boolean isBounded;
    private final Dataset validation;
    private final int[] useful;
    private final int[] unseen;
    private final double[] lossesBefore;
    private final CandidateFigures before;
    private final double lowestAuc;
    private final List<Candidate> tried = new ArrayList<>();
    private @Nullable Model bestModel;
    private @Nullable Candidate best;
    private double bestMerit = Double.NEGATIVE_INFINITY;

    /**
     * Begins a search for the model to which the rows to forget look most like rows never seen.
     *
     * @param engine where it runs; stays the caller's to close
     * @param model the model that knows the rows
     * @param rows what to forget, at least one row, and what remains
     * @param validation rows that the model was not trained on, at least 1
     * @param options how candidates are judged
     * @throws IllegalArgumentException if there are no validation rows, or none to forget
     */
    public CandidateSearch(Engine engine, Model model, ForgetSet rows, Dataset validation, Options options) {
        this(engine, model, rows, validation, options, nearness(isBounded(rows, options)));
    }

    /**
     * Begins a search.
     *
     * @param merit what to have most of among acceptable candidates, from their figures; one of NaN is never taken
     */
    public CandidateSearch(
            Engine engine,
            Model model,
            ForgetSet rows,
            Dataset validation,
            Options options,
            ToDoubleFunction<CandidateFigures> merit) {
        this(engine, model, rows, validation, options, (candidate, figures) -> merit.applyAsDouble(figures));
    }

    /**
     * Begins a search.
     *
     * @param merit what to have most of among acceptable candidates, from the model and its figures; one of NaN is
     *     never taken
     */
    public CandidateSearch(
            Engine engine,
            Model model,
            ForgetSet rows,
            Dataset validation,
            Options options,
            ToDoubleBiFunction<Model, CandidateFigures> merit) {
        checkArgument(!rows.isEmpty(), "there are no rows to forget");
        checkArgument(
                validation.size() >= 1,
                "%s has no rows, but what is acceptable is decided on validation rows; keep some, or retrain",
                validation.name());
        this.engine = engine;
        this.options = options;
        this.model = model;
        this.rows = rows;
        this.merit = merit;
        this.isBounded = isBounded(rows, options);
        this.validation = validation;
        this.useful = RemainingClasses.of(rows).rowsOf(validation);
        this.unseen = ClassMatch.of(rows.forget(), validation, options.seed()).rows();
        Evaluation forget = evaluate(model, rows.forget());
        this.lossesBefore = forget.losses();
        this.before = figures(model, forget);
        this.lowestAuc = Math.min(UNSEEN_AUC, before.membershipAuc())
                - NOTICEABLE_ERRORS * LossAuc.nullError(rows.forget().size(), unseen.length);
    }

    /**
     * Returns whether rows never seen are a bound, and what forgotten rows should look like: not where a class goes as
     * a whole.
     */
    public static boolean isBounded(ForgetSet rows, Options options) {
        return options.isBoundedByUnseenRows() && RemainingClasses.of(rows).isEveryForgotten();
    }

    private static ToDoubleBiFunction<Model, CandidateFigures> nearness(boolean isBounded) {
        return isBounded
                ? (candidate, figures) -> -Math.abs(figures.lossExcess())
                : (candidate, figures) -> figures.forget().loss();
    }

    /**
     * Measures a model, logs it, and keeps it if it is the best so far.
     *
     * @param strength what made it; goes into reports as JSON
     * @param candidate of the network of the model that the search began with
     * @return what was found
     */
    public Candidate consider(Record strength, Model candidate) {
        return consider(strength, candidate.parameters());
    }

    /**
     * Measures the model with other parameters.
     *
     * @param strength what made it
     * @param parameters length {@code p}; left as they were; not necessarily finite
     * @return what was found
     */
    public Candidate consider(Record strength, double[] parameters) {
        double relativeStep = relativeStep(parameters);
        if (!Double.isFinite(relativeStep)) {
            return log(strength, relativeStep, null, Candidate.Decision.NOT_FINITE);
        }
        if (relativeStep > options.guard().maxRelativeStep()) {
            return log(strength, relativeStep, null, Candidate.Decision.STEP_TOO_LONG);
        }
        Model moved = moved(parameters);
        Evaluation forget = evaluate(moved, rows.forget());
        CandidateFigures figures = figures(moved, forget);
        Candidate candidate = log(strength, relativeStep, figures, decide(figures, forget.losses()));
        if (candidate.isAcceptable()) {
            keepIfBest(candidate, moved, merit.applyAsDouble(moved, figures));
        }
        return candidate;
    }

    private void keepIfBest(Candidate candidate, Model moved, double value) {
        if (value > bestMerit) {
            bestMerit = value;
            best = candidate;
            bestModel = moved;
        }
    }

    /**
     * Chooses a candidate whatever the merit of the others, for methods that can tell only after all were tried.
     *
     * @param candidate what {@link #consider} returned, acceptable
     * @param parameters those it was considered with
     */
    public void choose(Candidate candidate, double[] parameters) {
        checkArgument(
                candidate.isAcceptable() && tried.contains(candidate),
                "only an acceptable candidate of this search can be chosen, got one that is %s",
                candidate.decision());
        bestMerit = Double.POSITIVE_INFINITY;
        best = candidate;
        bestModel = moved(parameters);
    }

    private Model moved(double[] parameters) {
        return BatchStatistics.of(engine, model.withParameters(parameters), rows.retain(), options.seed());
    }

    /**
     * Logs a candidate whose making diverged, so that there is no model.
     *
     * @param strength what was to make it
     * @return the entry
     */
    public Candidate diverged(Record strength) {
        return log(strength, Double.NaN, null, Candidate.Decision.NOT_FINITE);
    }

    private Candidate log(
            Record strength, double relativeStep, @Nullable CandidateFigures figures, Candidate.Decision decision) {
        Candidate candidate = new Candidate(strength, relativeStep, figures, decision);
        tried.add(candidate);
        return candidate;
    }

    private double relativeStep(double[] parameters) {
        double[] old = model.parameters();
        checkArgument(
                parameters.length == old.length, "%s parameters, but the model has %s", parameters.length, old.length);
        double[] difference = new double[old.length];
        Arrays.setAll(difference, i -> parameters[i] - old[i]);
        return ParameterVector.of(difference).norm() / ParameterVector.of(old).norm();
    }

    private Candidate.Decision decide(CandidateFigures figures, double[] losses) {
        if (!Double.isFinite(figures.forget().loss()
                + figures.retain().loss()
                + figures.validation().loss())) {
            return Candidate.Decision.NOT_FINITE;
        }
        if (change(losses) <= options.leastChange() * before.unseenLoss()) {
            return Candidate.Decision.UNCHANGED;
        }
        UtilityGuard guard = options.guard();
        boolean isUseful = options.isRetainTrusted()
                ? guard.keepsUtility(before, figures)
                : guard.keepsValidation(before, figures);
        if (!isUseful) {
            return Candidate.Decision.UTILITY_FELL;
        }
        if (options.isRetainTrusted() && !guard.isSelective(before, figures)) {
            return Candidate.Decision.NOT_SELECTIVE;
        }
        return isBounded && isOverForgotten(figures)
                ? Candidate.Decision.OVER_FORGOTTEN
                : Candidate.Decision.ACCEPTABLE;
    }

    private double change(double[] losses) {
        double sum = 0;
        for (int i = 0; i < losses.length; i++) {
            sum += Math.abs(losses[i] - lossesBefore[i]);
        }
        return sum / losses.length;
    }

    private boolean isOverForgotten(CandidateFigures figures) {
        return figures.membershipAuc() < lowestAuc
                || figures.lossExcess() > Math.max(0, before.lossExcess()) + NOTICEABLE_ERRORS;
    }

    private CandidateFigures figures(Model candidate, Evaluation forget) {
        Evaluation held = evaluate(candidate, validation);
        return CandidateFigures.of(
                forget,
                evaluate(candidate, rows.retain()).metrics(),
                held.select(useful).metrics(),
                held.select(unseen));
    }

    private Evaluation evaluate(Model candidate, Dataset data) {
        return new Evaluator(engine).evaluate(candidate, data);
    }

    /** Returns the best acceptable candidate so far, or null. */
    public @Nullable Candidate best() {
        return best;
    }

    /** Returns the best acceptable model so far, or the one that the search began with. */
    public Model bestModel() {
        Model found = bestModel;
        return found == null ? model : found;
    }

    /** Returns how a removal that ends here ends. */
    public UnlearningResult.Outcome outcome() {
        return best == null ? UnlearningResult.Outcome.NO_ACCEPTABLE_CANDIDATE : UnlearningResult.Outcome.REMOVED;
    }

    /** Returns all that was tried so far. */
    public SearchLog log() {
        return new SearchLog(options, before, lowestAuc, tried, best);
    }

    /** Returns how many rows were taken forward so far, for {@link org.expunge.unlearning.Cost}. */
    public long evaluatedRows() {
        long measured = tried.stream().filter(c -> c.figures() != null).count();
        long each = (long) rows.forget().size() + rows.retain().size() + validation.size();
        long statistics =
                model.statistics().length == 0 ? 0 : measured * rows.retain().size();
        return (1 + measured) * each + statistics;
    }
}
