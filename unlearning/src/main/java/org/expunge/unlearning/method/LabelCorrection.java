package org.expunge.unlearning.method;

import static com.google.common.base.Preconditions.checkArgument;
import static com.google.common.base.Preconditions.checkNotNull;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.expunge.influence.compute.Engine;
import org.expunge.influence.curvature.WeightDecay;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.data.Targets;
import org.expunge.influence.gradient.PerExample;
import org.expunge.influence.network.Model;
import org.expunge.unlearning.Cost;
import org.expunge.unlearning.ForgetSet;
import org.expunge.unlearning.Guarantee;
import org.expunge.unlearning.UnlearningMethod;
import org.expunge.unlearning.UnlearningResult;
import org.expunge.unlearning.inversion.Inversion;
import org.expunge.unlearning.inversion.Inverter;
import org.expunge.unlearning.inversion.Linearization;

/**
 * Moves a model from the wrong labels of a few rows towards their true ones:
 *
 * <pre>{@code θ′ = θ + s · (C_R + l2·D + λI)⁻¹ · mean_F(∇ℓ(x, y_wrong) − ∇ℓ(x, y_true)) / n_R}</pre>
 *
 * <p>It is meant for poison of which only a part was found. Deleting that part, by retraining too, leaves the rest of
 * it to teach the same; a step that says what the rows should have been reaches inputs like them, found or not.
 *
 * <p>At each λ the step s is lengthened until accuracy on clean validation rows falls too far, and the geometric mean
 * of the last two is tried; nothing but those rows bounds it, as R still holds what was not found. Of the longest
 * acceptable steps, one for each λ, those within a twentieth of the lowest mean loss on validation rows cannot be told
 * apart by it, and of these the one with the highest mean loss of the wrong labels on F is taken. Attacks, test rows
 * and retrained models take no part.
 *
 * <p><b>Shapes.</b> Networks with classes; {@code θ} has length {@code p}.
 *
 * <p><b>Units.</b> λ is added to the curvature of the mean loss over R. The mean over F makes s independent of how many
 * rows were found; s = m is the step that would replace m labels in the training set.
 *
 * <p><b>Accuracy.</b> Empirical. Validation rows must be clean. There is no repair by training on R, which would teach
 * the poison again; running statistics of batch normalisation are taken anew from R.
 *
 * <p><b>Cost.</b> That of the inverter, two gradient passes over F, and a forward pass over all rows for each
 * candidate.
 *
 * <p><b>Source.</b> The difference of gradients is that of A. Warnecke, L. Pirch, C. Wressnegger and K. Rieck, "Machine
 * Unlearning of Features and Labels", NDSS 2023, section IV; the step beyond the size of the change and its choice on
 * clean rows are ours.
 */
public final class LabelCorrection implements UnlearningMethod {
    /**
     * How the step is searched.
     *
     * @param weightDecay the penalty that the model was trained with
     * @param inverter the curvature and how it is inverted
     * @param dampings λ to try, at least one
     * @param steps s to try at each damping, shortest first, each above 0
     * @param search how candidates are judged
     */
    public record Options(
            WeightDecay weightDecay,
            Inverter inverter,
            List<Double> dampings,
            List<Double> steps,
            CandidateSearch.Options search) {
        /** Three λ, steps from 1/32 to 256, doubled; accuracy on validation rows may fall by two points. */
        public static final Options DEFAULT = new Options(
                WeightDecay.NONE,
                Inverter.DEFAULT,
                List.of(0.1, 0.01, 0.001),
                IntStream.rangeClosed(-5, 8).mapToObj(i -> Math.pow(2, i)).toList(),
                CandidateSearch.Options.DEFAULT
                        .withGuard(new UtilityGuard(0.02, Double.POSITIVE_INFINITY, 0, 1))
                        .withTrustInRetain(false)
                        .withBoundByUnseenRows(false));

        /** Copies the lists and checks the ranges. */
        public Options {
            checkArgument(!dampings.isEmpty() && !steps.isEmpty(), "there must be a damping and a step to try");
            dampings = List.copyOf(dampings);
            steps = List.copyOf(steps);
            dampings.forEach(d -> checkArgument(d >= 0 && Double.isFinite(d), "damping must be 0 or more, got %s", d));
            steps.forEach(s -> checkArgument(s > 0 && Double.isFinite(s), "steps must be above 0, got %s", s));
        }

        /** Returns the same options with the penalty of another recipe. */
        public Options withWeightDecay(WeightDecay value) {
            return new Options(value, inverter, dampings, steps, search);
        }

        /** Returns the same options with another inverse curvature. */
        public Options withInverter(Inverter value) {
            return new Options(weightDecay, value, dampings, steps, search);
        }

        /** Returns the same options with other dampings to try. */
        public Options withDampings(List<Double> value) {
            return new Options(weightDecay, inverter, value, steps, search);
        }

        /** Returns the same options with other steps to try. */
        public Options withSteps(List<Double> value) {
            return new Options(weightDecay, inverter, dampings, value, search);
        }

        /** Returns the same options with candidates judged in another way. */
        public Options withSearch(CandidateSearch.Options value) {
            return new Options(weightDecay, inverter, dampings, steps, value);
        }
    }

    /**
     * What made a candidate.
     *
     * @param damping λ
     * @param step s
     * @param solve how the solve ended
     * @param products products that the solve had spent at this damping
     * @param relativeResidual what is left of the linear system
     */
    public record Strength(double damping, double step, String solve, int products, double relativeResidual) {}

    /**
     * What was tried.
     *
     * @param options the settings
     * @param relabelled rows of F whose correct label is another than the one that they have
     * @param search every candidate, of {@link Strength}, and the one taken
     * @param limits what the method does not do, in words
     */
    public record Details(Options options, int relabelled, SearchLog search, List<String> limits) {
        /** Copies the list. */
        public Details {
            limits = List.copyOf(limits);
        }
    }

    /** Mean losses on validation rows that differ by a smaller share are taken for equal. */
    private static final double INDISTINCT = 0.05;

    private static final List<String> LIMITS = List.of(
            "Nothing is proved; verification says how much was forgotten.",
            "The rows that remain may hold more of what was to be forgotten; training on them again teaches it again.",
            "A normalisation that was fitted with the rows is kept; its means and scales still reflect them.");

    private final Engine engine;
    private final CorrectLabels labels;
    private final Options options;

    /**
     * Makes the method.
     *
     * @param engine where it runs; stays the caller's to close
     * @param labels what the rows should have been
     * @param options how the step is searched
     */
    public LabelCorrection(Engine engine, CorrectLabels labels, Options options) {
        this.engine = engine;
        this.labels = labels;
        this.options = options;
    }

    @Override
    public String name() {
        return "label-correction";
    }

    @Override
    public Guarantee guarantee() {
        return Guarantee.EMPIRICAL;
    }

    @Override
    public UnlearningResult forget(Model model, ForgetSet rows, Dataset validation) {
        if (rows.isEmpty()) {
            return UnlearningResult.nothingToRemove(model, this);
        }
        long start = System.nanoTime();
        Map<Integer, Integer> corrected = corrected(rows.forget());
        CandidateSearch search =
                new CandidateSearch(engine, model, rows, validation, options.search(), figures -> Double.NaN);
        Linearization at = new Linearization(engine, model, rows.retain(), options.weightDecay());
        Inversion inversion = options.inverter().invert(at, difference(model, rows, corrected), options.dampings());
        List<Step> longest = inversion.solutions().stream()
                .map(solution -> longest(search, model, solution))
                .flatMap(Optional::stream)
                .toList();
        double lowest = longest.stream().mapToDouble(Step::validationLoss).min().orElse(0);
        longest.stream()
                .filter(step -> step.validationLoss() <= lowest * (1 + INDISTINCT))
                .max(Comparator.comparingDouble(Step::forgetLoss))
                .ifPresent(step -> search.choose(step.candidate(), step.from(model)));
        return new UnlearningResult(
                search.bestModel(),
                search.outcome(),
                name(),
                guarantee(),
                new Details(options, corrected.size(), search.log(), limits(search)),
                cost(start, rows, inversion, search));
    }

    /** Returns the new labels of those rows of F whose label is wrong. */
    private Map<Integer, Integer> corrected(Dataset forget) {
        checkArgument(
                forget.classes() > 0, "%s has no classes, but label correction replaces class labels", forget.name());
        int[] correct = labels.of(forget);
        Map<Integer, Integer> wrong = new HashMap<>();
        for (int row = 0; row < forget.size(); row++) {
            if (correct[row] != forget.label(row)) {
                wrong.put(row, correct[row]);
            }
        }
        checkArgument(
                !wrong.isEmpty(),
                "all %s rows have their correct labels already, so there is nothing to correct; remove them by another"
                        + " method",
                forget.size());
        return wrong;
    }

    private double[] difference(Model model, ForgetSet rows, Map<Integer, Integer> corrected) {
        Dataset forget = rows.forget();
        PerExample gradients = new PerExample(engine);
        double[] difference = gradients.sumGradient(model, forget);
        double[] correct =
                gradients.sumGradient(model, forget.withTargets(Targets.relabel(forget.targets(), corrected)));
        double scale = 1.0 / forget.size() / rows.retain().size();
        for (int i = 0; i < difference.length; i++) {
            difference[i] = (difference[i] - correct[i]) * scale;
        }
        return difference;
    }

    /** Tries the steps at one damping until one costs too much, and one between; returns the last that did not. */
    private Optional<Step> longest(CandidateSearch search, Model model, Inversion.Solution solution) {
        Optional<Step> longest = Optional.empty();
        for (double length : options.steps()) {
            Step step = attempt(search, model, solution, length);
            if (step.candidate().isAcceptable()) {
                longest = Optional.of(step);
            } else if (step.candidate().decision() != Candidate.Decision.UNCHANGED) {
                Optional<Step> between = longest.map(
                                shorter -> attempt(search, model, solution, Math.sqrt(shorter.length() * length)))
                        .filter(found -> found.candidate().isAcceptable());
                return between.isPresent() ? between : longest;
            }
        }
        return longest;
    }

    private static Step attempt(CandidateSearch search, Model model, Inversion.Solution solution, double length) {
        Strength strength = new Strength(
                solution.damping(), length, solution.outcome(), solution.products(), solution.relativeResidual());
        double[] parameters = moved(model, length, solution.direction().toArray());
        return new Step(search.consider(strength, parameters), length, solution);
    }

    private static double[] moved(Model model, double length, double[] direction) {
        double[] parameters = model.parameters();
        for (int i = 0; i < parameters.length; i++) {
            parameters[i] += length * direction[i];
        }
        return parameters;
    }

    private record Step(Candidate candidate, double length, Inversion.Solution solution) {
        double validationLoss() {
            return figures().validation().loss();
        }

        double forgetLoss() {
            return figures().forget().loss();
        }

        private CandidateFigures figures() {
            return checkNotNull(candidate.figures(), "an acceptable candidate was measured");
        }

        double[] from(Model model) {
            return moved(model, length, solution.direction().toArray());
        }
    }

    private static List<String> limits(CandidateSearch search) {
        List<String> limits = new ArrayList<>(LIMITS);
        search.log().noOp().ifPresent(limits::add);
        return limits;
    }

    private static Cost cost(long start, ForgetSet rows, Inversion inversion, CandidateSearch search) {
        long retained = rows.retain().size();
        return new Cost(
                (System.nanoTime() - start) * 1e-9,
                2L * rows.forget().size() + inversion.gradientPasses() * retained,
                inversion.products() * retained,
                search.evaluatedRows());
    }
}
