package org.expunge.cli.work;

import static com.google.common.base.Preconditions.checkArgument;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.evaluate.RankMetrics;
import org.expunge.influence.io.BadInputException;
import org.expunge.influence.training.TrainingRun;
import org.jspecify.annotations.Nullable;

/** Which inputs are under attack and succeed, where that is known; measures how well statistics tell them apart. */
final class AuditTruth {
    /** The false-positive rate at which true positives are counted. */
    static final double RATE = 0.05;

    /**
     * How well a statistic tells targets apart.
     *
     * @param averagePrecision AUPRC among all inputs
     * @param hardPrecision AUPRC among targets and the inputs that are rightly taken for the same class, which are the
     *     hard ones; null if there are none of these
     * @param truePositiveRate share of targets above 95 % of all other inputs
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Precision(double averagePrecision, @Nullable Double hardPrecision, double truePositiveRate) {}

    private final boolean[] isTarget;
    private final boolean[] isHard;
    private final int attacked;
    private final @Nullable Double success;

    private AuditTruth(boolean[] isTarget, int[] predicted, int attacked, @Nullable Double success) {
        this.isTarget = isTarget;
        this.attacked = attacked;
        this.success = success;
        Set<Integer> classes = new HashSet<>();
        IntStream.range(0, isTarget.length).filter(i -> isTarget[i]).forEach(i -> classes.add(predicted[i]));
        this.isHard = new boolean[isTarget.length];
        for (int i = 0; i < isHard.length; i++) {
            isHard[i] = !isTarget[i] && classes.contains(predicted[i]);
        }
    }

    /**
     * Finds out.
     *
     * @param run the run
     * @param file a list of ids, one a line, or the manifest of an attack; null for what the run knows
     * @param inputs the inputs, normalised
     * @param predicted their predicted classes
     * @return the truth; empty if nothing is known, and where no input is a target of the run's own attack or all are:
     *     there is nothing to tell apart
     * @throws BadInputException if the file is about other rows, or by it no input is a target or all are
     * @throws IOException if something cannot be read
     */
    static Optional<AuditTruth> of(TrainingRun run, @Nullable Path file, Dataset inputs, int[] predicted)
            throws IOException {
        if (file == null) {
            Optional<Drill> drill = Drill.of(run);
            return drill.isEmpty()
                    ? Optional.empty()
                    : Optional.of(planted(drill.get(), inputs, predicted)).filter(AuditTruth::tellsApart);
        }
        AuditTruth truth;
        if (file.toString().endsWith(".json")) {
            KnownAttack attack = new KnownAttack(file, run);
            Drill drill = attack.read();
            attack.requireInputs(drill, inputs);
            truth = planted(drill, inputs, predicted);
        } else {
            truth = listed(file, inputs, predicted);
        }
        if (!truth.tellsApart()) {
            throw new BadInputException(file, truth.whyNot());
        }
        return Optional.of(truth);
    }

    private boolean tellsApart() {
        return targets() > 0 && targets() < isTarget.length;
    }

    private String whyNot() {
        String inputs = "of the " + isTarget.length + " inputs, ";
        if (attacked == 0) {
            return inputs + "none is under attack by it: name them too, as in --inputs test --inputs attack";
        }
        return targets() == 0
                ? inputs + attacked
                        + " are under attack by it, but none is taken for the class that the attacker wants:"
                        + " there is nothing to tell apart"
                : inputs + "all are under attack by it and succeed: there is nothing to tell them apart from; name"
                        + " others too, as in --inputs test --inputs attack";
    }

    private static AuditTruth listed(Path file, Dataset inputs, int[] predicted) throws IOException {
        List<String> ids = Files.readAllLines(file).stream()
                .map(String::strip)
                .filter(line -> !line.isEmpty())
                .toList();
        Set<String> known = Set.copyOf(inputs.ids());
        for (int line = 0; line < ids.size(); line++) {
            checkArgument(
                    known.contains(ids.get(line)),
                    "%s: '%s' is none of the %s inputs; give one id a line",
                    file,
                    ids.get(line),
                    inputs.size());
        }
        Set<String> listed = Set.copyOf(ids);
        boolean[] isTarget = new boolean[predicted.length];
        for (int i = 0; i < isTarget.length; i++) {
            isTarget[i] = listed.contains(inputs.id(i));
        }
        return new AuditTruth(isTarget, predicted, listed.size(), null);
    }

    private static AuditTruth planted(Drill drill, Dataset inputs, int[] predicted) throws IOException {
        Dataset attacked = drill.attackedInputs();
        Map<String, Integer> labels = new HashMap<>();
        for (int i = 0; i < attacked.size(); i++) {
            labels.put(attacked.id(i), attacked.label(i));
        }
        boolean[] isTarget = new boolean[predicted.length];
        int seen = 0;
        int hits = 0;
        for (int i = 0; i < isTarget.length; i++) {
            Integer label = labels.get(inputs.id(i));
            if (label != null) {
                isTarget[i] = predicted[i] == drill.targetOf(label);
                seen++;
                hits += isTarget[i] ? 1 : 0;
            }
        }
        return new AuditTruth(isTarget, predicted, seen, seen == 0 ? null : (Double) (hits / (double) seen));
    }

    /** Returns how well numbers tell targets apart. */
    Precision precision(List<Double> heaviness) {
        double[] scores = heaviness.stream().mapToDouble(Double::doubleValue).toArray();
        int[] close = IntStream.range(0, scores.length)
                .filter(i -> isTarget[i] || isHard[i])
                .toArray();
        boolean[] closeTargets = new boolean[close.length];
        double[] closeScores = new double[close.length];
        for (int i = 0; i < close.length; i++) {
            closeTargets[i] = isTarget[close[i]];
            closeScores[i] = scores[close[i]];
        }
        return new Precision(
                RankMetrics.averagePrecision(scores, isTarget),
                hardNegatives() == 0 ? null : (Double) RankMetrics.averagePrecision(closeScores, closeTargets),
                RankMetrics.truePositiveRate(scores, isTarget, RATE));
    }

    double baseRate() {
        return RankMetrics.baseRate(isTarget);
    }

    int targets() {
        return (int)
                IntStream.range(0, isTarget.length).filter(i -> isTarget[i]).count();
    }

    int hardNegatives() {
        return (int) IntStream.range(0, isHard.length).filter(i -> isHard[i]).count();
    }

    /** Returns how many inputs are attacked, whether that succeeds or not. */
    int attacked() {
        return attacked;
    }

    /** Returns the share of them that is taken for the class that the attacker wants; null if that is not known. */
    @Nullable
    Double success() {
        return success;
    }
}
