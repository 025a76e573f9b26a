package org.expunge.unlearning.policy;

import static com.google.common.base.Preconditions.checkArgument;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.expunge.influence.compute.Engine;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.network.Model;
import org.expunge.influence.training.DivergenceException;
import org.expunge.influence.training.TrainingOptions;
import org.expunge.unlearning.Cost;
import org.expunge.unlearning.ForgetSet;
import org.expunge.unlearning.Guarantee;
import org.expunge.unlearning.UnlearningMethod;
import org.expunge.unlearning.UnlearningResult;
import org.expunge.unlearning.verify.GateResult;
import org.expunge.unlearning.verify.Verdict;
import org.expunge.unlearning.verify.Verification;
import org.expunge.unlearning.verify.Verifier;
import org.jspecify.annotations.Nullable;

/**
 * Climbs a ladder of methods and takes the first model that passes its gates; the last rung retrains.
 *
 * <p>Every model is judged on validation rows, without a retrained one: it must have changed, keep its accuracy (also
 * by class), not recognise a class of which no row remains, and the membership attack must see the rows in the model
 * before and no more in the model after, nor see them pushed too far; it must not learn them again much sooner than
 * rows never seen. An inconclusive answer is no pass. The model of an exact method is taken as it is; that of a
 * certified one must be harmless.
 *
 * <p><b>Cost.</b> A rung is skipped where what it was predicted to cost, with what was spent, exceeds a retraining;
 * where the rows cannot be seen in the model before, no approximation could pass, and all are skipped. So a model that
 * an approximate rung made has cost less than retraining, counted in passes of rows; a request that ends in a
 * retraining has cost up to twice as much.
 *
 * <p><b>Accuracy.</b> Deterministic: costs are counted and not timed. Membership is judged over the population; attacks
 * on single rows need shadow models and are left to verification.
 *
 * <p><b>Source.</b> Ours. That a method must be able to fall through, with a utility guard before and a membership gate
 * after, follows the practice of deletion pipelines.
 */
public final class AutoPolicy implements UnlearningMethod {
    /**
     * How models are judged.
     *
     * @param gates limits; test rows in them are validation rows here
     * @param relearning how models are taught the rows again; null to leave that out
     */
    public record Options(Verifier.Options gates, @Nullable TrainingOptions relearning) {
        /** The gates of verification; no relearning. */
        public static final Options DEFAULT = new Options(Verifier.Options.DEFAULT, null);

        /** Returns the same options with relearning by a recipe's training. */
        public Options withRelearning(TrainingOptions value) {
            return new Options(gates, value);
        }
    }

    /**
     * Every rung and what became of it.
     *
     * @param options how models were judged
     * @param steps one a rung, in order
     * @param retrainingWork what retraining was predicted to cost, in forward passes of a row
     * @param spentWork what was spent, in the same unit
     * @param limits what the gates cannot show, in words
     */
    public record Details(Options options, List<Step> steps, long retrainingWork, long spentWork, List<String> limits) {
        /** Copies the lists. */
        public Details {
            steps = List.copyOf(steps);
            limits = List.copyOf(limits);
        }
    }

    private final Engine engine;
    private final Options options;
    private final List<Rung> rungs;
    private final Rung.Usable retraining;

    /**
     * Makes a ladder.
     *
     * @param engine where gates run; stays the caller's to close
     * @param options how models are judged
     * @param rungs in the order in which they are tried
     * @param retraining the last rung, an exact method, against whose cost all others are held
     */
    public AutoPolicy(Engine engine, Options options, List<Rung> rungs, Rung.Usable retraining) {
        this.engine = engine;
        this.options = options;
        this.rungs = List.copyOf(rungs);
        this.retraining = retraining;
    }

    @Override
    public String name() {
        return "auto";
    }

    /** The weakest promise of a rung; a result carries that of the rung that was taken. */
    @Override
    public Guarantee guarantee() {
        return Guarantee.EMPIRICAL;
    }

    /**
     * {@inheritDoc}
     *
     * @throws IllegalArgumentException if there are no validation rows, or the last rung is not exact
     */
    @Override
    public UnlearningResult forget(Model model, ForgetSet rows, Dataset validation) {
        if (rows.isEmpty()) {
            return UnlearningResult.nothingToRemove(model, this);
        }
        checkArgument(
                validation.size() >= 1,
                "%s has no rows, but the ladder judges on validation rows; keep some, or retrain",
                validation.name());
        return new Climb(model, rows, validation).run();
    }

    /** One request. */
    private final class Climb {
        private final long start = System.nanoTime();
        private final Model before;
        private final ForgetSet rows;
        private final Dataset validation;
        private final long limit;
        private final List<Step> steps = new ArrayList<>();
        private @Nullable RelearnVeto veto;
        private Cost spent = Cost.NONE;

        Climb(Model before, ForgetSet rows, Dataset validation) {
            this.before = before;
            this.rows = rows;
            this.validation = validation;
            this.limit = Work.of(retraining.prediction().apply(rows));
        }

        UnlearningResult run() {
            TrainingOptions relearning = options.relearning();
            veto = relearning == null
                    ? null
                    : new RelearnVeto(
                            engine,
                            relearning,
                            before,
                            rows,
                            validation,
                            options.gates().attack().seed());
            Optional<String> blind = blind();
            for (Rung rung : rungs) {
                Optional<UnlearningResult> accepted = consider(rung, blind);
                if (accepted.isPresent()) {
                    return accepted.get();
                }
            }
            UnlearningMethod exact = retraining.method().make();
            checkArgument(
                    exact.guarantee() == Guarantee.EXACT, "the last rung must be exact, but %s is not", exact.name());
            return attempt(retraining.name(), exact, null)
                    .orElseThrow(() -> new IllegalStateException("an exact method gave no model"));
        }

        /** Why no approximation can pass, whatever it does. */
        private Optional<String> blind() {
            Verification nothing = verify(before);
            return nothing.gates().stream()
                    .filter(gate -> gate.gate().equals("membership") && gate.verdict() == Verdict.INCONCLUSIVE)
                    .map(gate -> "Nothing could show that it forgot: " + gate.reason())
                    .findFirst();
        }

        private Optional<UnlearningResult> consider(Rung rung, Optional<String> blind) {
            if (rung instanceof Rung.Unusable unusable) {
                steps.add(Step.skipped(rung.name(), unusable.reason(), null));
                return Optional.empty();
            }
            Rung.Usable usable = (Rung.Usable) rung;
            long predicted = Work.of(usable.prediction().apply(rows)) + gateWork();
            double share = (double) predicted / limit;
            if (Work.of(spent) + predicted > limit) {
                steps.add(Step.skipped(
                        rung.name(),
                        String.format(
                                Locale.ROOT,
                                "It may cost %.2f of a retraining, and %.2f were spent.",
                                share,
                                (double) Work.of(spent) / limit),
                        share));
                return Optional.empty();
            }
            try {
                UnlearningMethod method = usable.method().make();
                if (method.guarantee() == Guarantee.EMPIRICAL && blind.isPresent()) {
                    steps.add(Step.skipped(rung.name(), blind.get(), share));
                    return Optional.empty();
                }
                return attempt(rung.name(), method, share);
            } catch (IllegalArgumentException | DivergenceException e) {
                steps.add(new Step(
                        rung.name(), Step.Decision.REFUSED, String.valueOf(e.getMessage()), share, null, null, null));
                return Optional.empty();
            }
        }

        private Optional<UnlearningResult> attempt(String rung, UnlearningMethod method, @Nullable Double share) {
            UnlearningResult result = method.forget(before, rows, validation);
            spend(result.cost());
            if (result.outcome() != UnlearningResult.Outcome.REMOVED) {
                steps.add(new Step(
                        rung,
                        Step.Decision.REFUSED,
                        "It found no acceptable model.",
                        share,
                        result.cost(),
                        result.details(),
                        null));
                return Optional.empty();
            }
            if (result.guarantee() == Guarantee.EXACT) {
                steps.add(new Step(
                        rung, Step.Decision.ACCEPTED, "It is exact.", share, result.cost(), result.details(), null));
                return Optional.of(accepted(result));
            }
            Verification verification = verify(result.model());
            Optional<String> objection = objection(result, verification);
            steps.add(new Step(
                    rung,
                    objection.isPresent() ? Step.Decision.REJECTED : Step.Decision.ACCEPTED,
                    objection.orElse("It passed its gates."),
                    share,
                    result.cost(),
                    result.details(),
                    verification));
            return objection.isPresent() ? Optional.empty() : Optional.of(accepted(result));
        }

        private Optional<String> objection(UnlearningResult result, Verification verification) {
            boolean isCertified = result.guarantee() != Guarantee.EMPIRICAL;
            boolean isPassed = isCertified ? Verifier.isHarmless(verification) : verification.verdict() == Verdict.PASS;
            if (!isPassed) {
                return Optional.of(reasons(verification));
            }
            RelearnVeto probe = veto;
            if (isCertified || probe == null) {
                return Optional.empty();
            }
            spend(new Cost(0, probe.trainedRows(), 0, 0));
            return probe.judge(result.model());
        }

        private static String reasons(Verification verification) {
            Verdict worst = verification.verdict();
            return String.join(
                    " ",
                    verification.gates().stream()
                            .filter(gate -> gate.verdict() == worst)
                            .map(GateResult::reason)
                            .toList());
        }

        private UnlearningResult accepted(UnlearningResult result) {
            Details details = new Details(
                    options,
                    steps,
                    limit,
                    Work.of(spent),
                    List.of("The gates look at the population on validation rows, which methods were tuned on as well;"
                            + " verify with attacks on single rows before relying on an approximate model."));
            return new UnlearningResult(
                    result.model(),
                    UnlearningResult.Outcome.REMOVED,
                    name(),
                    result.guarantee(),
                    details,
                    new Cost(
                            (System.nanoTime() - start) * 1e-9,
                            spent.trainedRows(),
                            spent.productRows(),
                            spent.evaluatedRows()));
        }

        private Verification verify(Model after) {
            spend(new Cost(0, 0, 0, evaluated()));
            return new Verifier(engine, options.gates()).verify(before, after, rows, validation, List.of());
        }

        /** Both models over all rows. */
        private long evaluated() {
            return 2L * (rows.forget().size() + rows.retain().size() + validation.size());
        }

        private long gateWork() {
            RelearnVeto probe = veto;
            return Work.of(new Cost(0, probe == null ? 0 : probe.trainedRows(), 0, evaluated()));
        }

        private void spend(Cost cost) {
            spent = new Cost(
                    spent.seconds() + cost.seconds(),
                    spent.trainedRows() + cost.trainedRows(),
                    spent.productRows() + cost.productRows(),
                    spent.evaluatedRows() + cost.evaluatedRows());
        }
    }
}
