package org.expunge.unlearning.certified;

import static com.google.common.base.Preconditions.checkArgument;
import static com.google.common.base.Preconditions.checkState;

import com.google.common.primitives.Doubles;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.expunge.influence.compute.Engine;
import org.expunge.unlearning.certified.HeadDeletion.Outcome;
import org.jspecify.annotations.Nullable;

/**
 * A linear classifier that forgets rows so that what is published is (ε, δ)-indistinguishable from the same classifier
 * trained without them.
 *
 * <p>Output perturbation keeps the head {@code w} secret, publishes {@code w + N(0, s² I)}, and takes Newton steps on
 * what remains until {@code ‖w − w_retrained‖ ≤ ‖∇L(w; D′)‖ / (λ(n − m))} is far below {@code s / k(ε, δ)}. The
 * residual is measured, so any step will do. Objective perturbation publishes the minimiser of an objective with a
 * random linear term; a deletion is one Newton step, what it adds to the residual is bounded by {@code (γ*∕2) ‖X‖₂ ‖X
 * step‖₄²}, and the bounds add up until {@code σε / c} is spent.
 *
 * <p><b>Shapes.</b> {@code w} is {@code K × d}, row-major: K is the number of classes, 1 for two of them one against
 * the other; d is the number of features and one for the constant.
 *
 * <p><b>Units.</b> Residuals are in units of the summed loss's gradient.
 *
 * <p><b>Accuracy.</b> All in double; Cholesky factors alone may come from float32 sums, as what is solved with them is
 * measured afterwards. A factor serves many deletions.
 *
 * <p><b>Cost.</b> Training: some factorisations, {@code O(n p² + p³)} each with p = d (one against the rest) or K·d
 * (softmax). A deletion: two to four passes over the rows, {@code O(nKd)}, and {@code O(p²)}.
 *
 * <p><b>Source.</b> C. Guo, T. Goldstein, A. Hannun and L. van der Maaten, "Certified Data Removal from Machine
 * Learning Models", ICML 2020, algorithms 1 and 2. Deviations: the tighter bound (the mean value form of the remainder,
 * with the loss's third derivative), its extension to softmax, output perturbation with the analytic Gaussian mechanism
 * (B. Balle and Y.-X. Wang, ICML 2018) and a measured residual, the root of summed squares over one-against-the-rest
 * heads, the training's own residual counted, rows normalised one by one.
 *
 * <p>For one thread at a time.
 */
public final class CertifiedHead {
    /** What training leaves of the gradient's norm: some roundings above what doubles allow for 1e5 rows. */
    private static final double TRAINING_TARGET = 1e-8;
    /** A deletion by output perturbation goes on until this share of the budget is used. */
    private static final double DELETION_SHARE = 1e-3;

    private static final int TYPICAL_ROWS = 200;
    private static final double TYPICAL_SHARE = 0.99;

    private final Engine engine;
    private final HeadRows rows;
    private final SecretNoise noise;
    private final HeadLoss loss;
    private final HeadSolver solver;
    private int[] alive;
    private HeadState state;

    private CertifiedHead(
            Engine engine, HeadRows rows, HeadState state, int[] alive, SecretNoise noise, HeadSolver solver) {
        this.engine = engine;
        this.rows = rows;
        this.state = state;
        this.alive = alive;
        this.noise = noise;
        this.loss = state.options().kind().loss(rows.classes());
        this.solver = solver;
    }

    /**
     * Trains a head.
     *
     * @param engine its compute factors matrices, its workers share the rows; stays the caller's to close
     * @param rows the rows
     * @param options how
     * @param noise where noise comes from; {@link SecretNoise#secure} for a head that is to be published
     * @return the head
     * @throws IllegalArgumentException if there is no room for the Hessian of so many classes and features, or noise
     *     and penalty are too small for the guarantee to be met at all
     */
    public static CertifiedHead train(Engine engine, HeadRows rows, HeadOptions options, SecretNoise noise) {
        int[] all = IntStream.range(0, rows.size()).toArray();
        HeadLoss loss = options.kind().loss(rows.classes());
        long side = (long) loss.vectorsPerBlock() * rows.width();
        checkArgument(
                side * side <= Integer.MAX_VALUE,
                "a softmax head of %s classes on %s features needs a Hessian of %s rows; use one against the rest",
                rows.classes(),
                rows.width() - 1,
                side);
        HeadState blank = HeadState.blank(options, rows, rows.spectralNorm(engine.compute()));
        CertifiedHead head = new CertifiedHead(engine, rows, blank, all, noise, new HeadSolver(engine.compute()));
        head.retrain(all);
        return head;
    }

    /**
     * Goes on with a head. The residual is measured anew, as features may have been rounded otherwise; where it is
     * above what deletions added up to, it counts.
     *
     * @param engine as for training
     * @param rows the rows that remain
     * @param state what was kept of the head
     * @param noise where noise comes from
     * @return the head
     * @throws IllegalArgumentException if the rows are not of the head's sizes
     */
    public static CertifiedHead resume(Engine engine, HeadRows rows, HeadState state, SecretNoise noise) {
        checkArgument(
                rows.width() == state.width() && rows.classes() == state.classes(),
                "the head was trained on %s numbers a row and %s classes, but the rows have %s and %s",
                state.width(),
                state.classes(),
                rows.width(),
                rows.classes());
        int[] all = IntStream.range(0, rows.size()).toArray();
        CertifiedHead head = new CertifiedHead(engine, rows, state, all, noise, new HeadSolver(engine.compute()));
        HeadObjective objective = head.objective(all, state.linear());
        double[] found = objective.gradient(state.head());
        head.state = state.measured(HeadObjective.norm(found), objective.blockNorms(found));
        return head;
    }

    /** Returns a copy that goes its own way: for trying a deletion. Its noise is not for publishing. */
    public CertifiedHead trial() {
        return new CertifiedHead(engine, rows, state, alive, SecretNoise.reproducible(0), solver.copy());
    }

    /** Returns the secret. */
    public HeadState state() {
        return state;
    }

    /** Returns how many rows remain. */
    public int remaining() {
        return alive.length;
    }

    /** Returns how often a Hessian was factored. */
    public int factorizations() {
        return solver.factorizations();
    }

    /** Returns what may be left of the gradient's norm now. */
    public double budget() {
        return state.options().budget(alive.length);
    }

    /** Returns {@code ‖∇L(w; D)‖}, measured now: what {@link HeadState#residual} should say. */
    public double residual() {
        return HeadObjective.norm(objective(alive, state.linear()).gradient(state.head()));
    }

    /**
     * Trains the same objective on the rows that remain from the beginning, with the same random term: the head that
     * {@link #distance} is about, K·d numbers. Nothing is changed.
     */
    public double[] retrained() {
        HeadObjective objective = objective(alive, state.linear());
        return new HeadSolver(engine.compute())
                .minimise(objective, new double[objective.dimension()], TRAINING_TARGET)
                .w();
    }

    /** Returns how far w is from the minimiser at most: {@code ‖∇L‖ / (λn)}. */
    public double distance() {
        return state.residual() / (state.options().lambda() * alive.length);
    }

    /**
     * Forgets rows.
     *
     * @param ids rows of the head that remain, at least 1 and not all; one that is repeated counts once
     * @param principal who asks; empty if nobody's share is to be watched
     * @return how it went
     * @throws IllegalArgumentException if an id is unknown or was forgotten already, or no row would remain
     */
    public HeadDeletion delete(Collection<String> ids, String principal) {
        int[] removed = rows.rowsOf(ids);
        int[] rest = without(removed);
        HeadOptions options = state.options();
        List<HeadDeletion.AtypicalRow> atypical = atypical(removed);
        if (removed.length < options.minimumBatch()) {
            return refused(
                    Outcome.BATCH_TOO_SMALL,
                    removed.length + " rows are fewer than a batch of " + options.minimumBatch()
                            + "; wait for more requests",
                    removed,
                    state.used(),
                    atypical);
        }
        return options.mechanism() == Mechanism.OUTPUT
                ? deleteBySteps(removed, rest, atypical)
                : deleteByOneStep(removed, rest, principal, atypical);
    }

    private HeadDeletion deleteBySteps(int[] removed, int[] rest, List<HeadDeletion.AtypicalRow> atypical) {
        double budget = state.options().budget(rest.length);
        double before = state.used();
        HeadSolver.Solution found =
                solver.minimise(objective(rest, state.linear()), state.head(), DELETION_SHARE * budget);
        if (found.residual() <= budget) {
            alive = rest;
            state = state.after(
                    found.w(),
                    noise.nextSeed(), // every head that is published has noise of its own
                    found.residual(),
                    Doubles.toArray(state.spent()),
                    ResidualBounds.ZERO,
                    state.spentBy());
            return done(Outcome.WITHIN_BUDGET, removed, before, null, found.steps(), atypical);
        }
        return exhausted(removed, rest, before, found.residual(), null, atypical);
    }

    private HeadDeletion deleteByOneStep(
            int[] removed, int[] rest, String principal, List<HeadDeletion.AtypicalRow> atypical) {
        HeadObjective objective = objective(rest, state.linear());
        double[] right = contribution(objective, state.head(), removed);
        OneStepRemoval removal = OneStepRemoval.of(objective, state, right, removed.length, solver);
        double after = HeadObjective.norm(removal.spent());
        double share = (after - state.used()) / budget();
        double principalShare = state.spentBy().getOrDefault(principal, 0.0) + share;
        if (!principal.isEmpty() && principalShare > state.options().principalShare()) {
            return refused(
                    Outcome.PRINCIPAL_CAPPED,
                    String.format(
                            Locale.ROOT,
                            "the principal would have used up %s of the budget, more than a principal's share of %s; train"
                                    + " anew or raise the share",
                            PublishedBounds.up(principalShare),
                            state.options().principalShare()),
                    removed,
                    after,
                    atypical);
        }
        if (!(after <= budget())) {
            return exhausted(removed, rest, state.used(), after, removal.step(), atypical);
        }
        checkState(
                removal.residual() <= after * (1 + 1e-6) + TRAINING_TARGET,
                "the residual %s is above its bound %s: the head's rows are not those it was trained on",
                removal.residual(),
                after);
        double before = state.used();
        Map<String, Double> spentBy = new TreeMap<>(state.spentBy());
        if (!principal.isEmpty()) {
            spentBy.put(principal, principalShare);
        }
        alive = rest;
        state = state.after(removal.w(), state.seed(), removal.residual(), removal.spent(), removal.step(), spentBy);
        return done(Outcome.WITHIN_BUDGET, removed, before, removal.step(), 1, atypical);
    }

    private HeadDeletion exhausted(
            int[] removed,
            int[] rest,
            double before,
            double after,
            @Nullable ResidualBounds step,
            List<HeadDeletion.AtypicalRow> atypical) {
        if (!state.options().retrainsOnExhaustion()) {
            return refused(
                    Outcome.EXHAUSTED,
                    String.format(
                            Locale.ROOT,
                            "the deletion needs %s of a budget of %.3g; train anew on the rows that remain",
                            PublishedBounds.up(after),
                            budget()),
                    removed,
                    after,
                    atypical);
        }
        retrain(rest);
        return done(Outcome.RETRAINED, removed, before, step, 0, atypical);
    }

    /** Trains on rows with new noise; deletions so far no longer count. */
    private void retrain(int[] remaining) {
        HeadOptions options = state.options();
        String seed = noise.nextSeed();
        int length = state.w().size();
        double[] linear = options.mechanism() == Mechanism.OBJECTIVE
                ? HeadState.noise(options, seed, length)
                : new double[length];
        HeadObjective objective = objective(remaining, linear);
        solver.drop();
        HeadSolver.Solution found = solver.minimise(objective, new double[length], TRAINING_TARGET);
        double budget = options.budget(remaining.length);
        checkArgument(
                found.residual() < budget,
                "training ends at a gradient of %s but (%s, %s) allows %s with noise of %s; raise noise or lambda",
                found.residual(),
                options.epsilon(),
                options.delta(),
                budget,
                options.noise());
        alive = remaining;
        double[] spent = objective.blockNorms(objective.gradient(found.w()));
        state = state.retrained(found.w(), seed, found.residual(), spent, usualStep(objective, found.w()));
    }

    private HeadDeletion done(
            Outcome outcome,
            int[] removed,
            double before,
            @Nullable ResidualBounds step,
            int steps,
            List<HeadDeletion.AtypicalRow> atypical) {
        String reason = outcome == Outcome.RETRAINED
                ? "the budget did not cover the deletion: trained anew on the rows that remain, with new noise"
                : "within the budget";
        return new HeadDeletion(outcome, reason, removed.length, budget(), before, state.used(), step, steps, atypical);
    }

    private HeadDeletion refused(
            Outcome outcome, String reason, int[] removed, double after, List<HeadDeletion.AtypicalRow> atypical) {
        return new HeadDeletion(outcome, reason, removed.length, budget(), state.used(), after, null, 0, atypical);
    }

    /** How far 99 in 100 rows move the head when they leave alone. */
    private double usualStep(HeadObjective objective, double[] w) {
        int count = Math.min(TYPICAL_ROWS, alive.length);
        double[] steps = IntStream.range(0, count)
                .mapToDouble(i -> stepOf(objective, w, alive[(int) ((long) i * alive.length / count)]))
                .sorted()
                .toArray();
        return steps[(int) Math.ceil(TYPICAL_SHARE * count) - 1];
    }

    private List<HeadDeletion.AtypicalRow> atypical(int[] removed) {
        HeadObjective objective = objective(alive, state.linear());
        return Arrays.stream(removed)
                .mapToObj(row ->
                        new HeadDeletion.AtypicalRow(rows.id(row), stepOf(objective, state.head(), row), state.alarm()))
                .filter(row -> row.step() > row.usual() * (1 + 1e-6))
                .toList();
    }

    private double stepOf(HeadObjective objective, double[] w, int row) {
        return HeadObjective.norm(solver.roughStep(objective, w, contribution(objective, w, new int[] {row})));
    }

    /** Returns {@code mλw + Σ_F ∇ℓ_i}. */
    private double[] contribution(HeadObjective objective, double[] w, int[] removed) {
        double[] sum = objective.lossGradient(w, removed);
        double share = removed.length * state.options().lambda();
        Arrays.setAll(sum, j -> sum[j] + share * w[j]);
        return sum;
    }

    private HeadObjective objective(int[] remaining, double[] linear) {
        return new HeadObjective(
                rows, remaining, loss, state.options().lambda() * remaining.length, linear, engine.workers());
    }

    private int[] without(int[] removed) {
        checkArgument(removed.length >= 1, "the request names no rows; give at least one row id");
        int[] sorted = removed.clone();
        int[] rest = Arrays.stream(alive)
                .filter(row -> Arrays.binarySearch(sorted, row) < 0)
                .toArray();
        checkArgument(
                rest.length == alive.length - removed.length,
                "%s of %s rows were forgotten before; nothing was changed",
                removed.length - (alive.length - rest.length),
                removed.length);
        checkArgument(rest.length >= 1, "forgetting all %s rows leaves none; delete the head instead", alive.length);
        return rest;
    }
}
