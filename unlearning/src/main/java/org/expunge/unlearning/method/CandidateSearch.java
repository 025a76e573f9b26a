package org.expunge.unlearning.method;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.expunge.influence.curvature.ParameterVector;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.network.Model;
import org.expunge.influence.solver.SolveResult;
import org.expunge.influence.training.Evaluation;
import org.expunge.influence.training.Evaluator;
import org.expunge.unlearning.ForgetSet;
import org.expunge.unlearning.membership.ClassMatch;
import org.expunge.unlearning.membership.LossAuc;
import org.jspecify.annotations.Nullable;

/** Tries dampings and steps on one model and keeps the best acceptable one. Used once. */
final class CandidateSearch {
    /** The AUC of rows that look never seen. */
    private static final double UNSEEN_AUC = 0.5;

    /** Two standard errors: so far to one side lies one draw of rows in forty by chance. */
    private static final double NOTICEABLE_ERRORS = 2;

    private final Evaluator evaluator;
    private final NewtonRemoval.Options options;
    private final Model model;
    private final ForgetSet rows;
    private final Dataset validation;
    private final int[] unseen;
    private final CandidateFigures before;
    private final double lowestAuc;
    private final List<Candidate> tried = new ArrayList<>();
    private @Nullable Model bestModel;
    private @Nullable Candidate best;
    private double bestLoss = Double.NEGATIVE_INFINITY;

    CandidateSearch(
            Evaluator evaluator, NewtonRemoval.Options options, Model model, ForgetSet rows, Dataset validation) {
        this.evaluator = evaluator;
        this.options = options;
        this.model = model;
        this.rows = rows;
        this.validation = validation;
        this.unseen = ClassMatch.of(rows.forget(), validation, options.seed()).rows();
        this.before = figures(model);
        this.lowestAuc = Math.min(UNSEEN_AUC, before.membershipAuc())
                - NOTICEABLE_ERRORS * LossAuc.nullError(rows.forget().size(), unseen.length);
    }

    /** Tries the steps at one damping, longest first, until one is acceptable. */
    void backtrack(double damping, SolveResult direction) {
        for (double step : options.steps()) {
            if (isAcceptable(damping, step, direction)) {
                return;
            }
        }
    }

    private boolean isAcceptable(double damping, double step, SolveResult direction) {
        double relativeStep = step
                * direction.solution().norm()
                / ParameterVector.of(model.parameters()).norm();
        if (!(relativeStep <= options.guard().maxRelativeStep())) { // NaN lands here too
            log(damping, step, direction, relativeStep, null, Candidate.Decision.STEP_TOO_LONG);
            return false;
        }
        Model moved = moved(step, direction.solution().toArray());
        CandidateFigures figures = figures(moved);
        Candidate.Decision decision = decide(figures);
        Candidate candidate = log(damping, step, direction, relativeStep, figures, decision);
        if (decision != Candidate.Decision.ACCEPTABLE) {
            return false;
        }
        if (figures.forget().loss() > bestLoss) {
            bestLoss = figures.forget().loss();
            best = candidate;
            bestModel = moved;
        }
        return true;
    }

    private Candidate log(
            double damping,
            double step,
            SolveResult direction,
            double relativeStep,
            @Nullable CandidateFigures figures,
            Candidate.Decision decision) {
        Candidate candidate = new Candidate(
                damping,
                step,
                direction instanceof SolveResult.Converged,
                direction.products(),
                direction.relativeResidual(),
                relativeStep,
                figures,
                decision);
        tried.add(candidate);
        return candidate;
    }

    private Candidate.Decision decide(CandidateFigures figures) {
        if (!Double.isFinite(figures.forget().loss()
                + figures.retain().loss()
                + figures.validation().loss())) {
            return Candidate.Decision.NOT_FINITE;
        }
        UtilityGuard guard = options.guard();
        if (!guard.keepsUtility(before, figures)) {
            return Candidate.Decision.UTILITY_FELL;
        }
        if (!guard.isSelective(before, figures)) {
            return Candidate.Decision.NOT_SELECTIVE;
        }
        return options.isBoundedByUnseenRows() && isOverForgotten(figures)
                ? Candidate.Decision.OVER_FORGOTTEN
                : Candidate.Decision.ACCEPTABLE;
    }

    private boolean isOverForgotten(CandidateFigures figures) {
        return figures.membershipAuc() < lowestAuc
                || figures.lossExcess() > Math.max(0, before.lossExcess()) + NOTICEABLE_ERRORS;
    }

    private Model moved(double step, double[] direction) {
        double[] parameters = model.parameters();
        for (int i = 0; i < parameters.length; i++) {
            parameters[i] += step * direction[i];
        }
        return model.withParameters(parameters);
    }

    private CandidateFigures figures(Model candidate) {
        Evaluation forget = evaluator.evaluate(candidate, rows.forget());
        Evaluation held = evaluator.evaluate(candidate, validation);
        double[] losses = held.losses();
        double[] unseenLosses =
                Arrays.stream(unseen).mapToDouble(i -> losses[i]).toArray();
        return new CandidateFigures(
                forget.metrics(),
                evaluator.evaluate(candidate, rows.retain()).metrics(),
                held.metrics(),
                mean(unseenLosses),
                excess(forget.losses(), unseenLosses),
                LossAuc.of(forget.losses(), unseenLosses).value());
    }

    /** Welch's statistic; a single row is taken to vary as rows never seen do. */
    private static double excess(double[] forget, double[] unseen) {
        double unseenVariance = unseen.length > 1 ? variance(unseen) : 0;
        double forgetVariance = forget.length > 1 ? variance(forget) : unseenVariance;
        double difference = mean(forget) - mean(unseen);
        double error = Math.sqrt(forgetVariance / forget.length + unseenVariance / unseen.length);
        return difference == 0 ? 0 : difference / error;
    }

    private static double mean(double[] values) {
        return Arrays.stream(values).sum() / values.length;
    }

    private static double variance(double[] values) {
        double mean = mean(values);
        return Arrays.stream(values).map(v -> (v - mean) * (v - mean)).sum() / (values.length - 1);
    }

    CandidateFigures before() {
        return before;
    }

    double lowestAuc() {
        return lowestAuc;
    }

    List<Candidate> tried() {
        return List.copyOf(tried);
    }

    @Nullable
    Candidate best() {
        return best;
    }

    /** Returns the best acceptable model, or the one that the search began with. */
    Model bestModel() {
        Model found = bestModel;
        return found == null ? model : found;
    }

    /** Returns how many rows were taken forward. */
    long evaluatedRows() {
        long evaluations = 1 + tried.stream().filter(c -> c.figures() != null).count();
        return evaluations * (rows.forget().size() + rows.retain().size() + validation.size());
    }
}
