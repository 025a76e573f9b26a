package org.expunge.cli.work;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.expunge.cli.render.Numbers;
import org.expunge.defense.identify.TargetAudit;
import org.expunge.defense.sanitize.Confirmation;
import org.expunge.defense.sanitize.SanitizeResult;
import org.expunge.defense.sanitize.SanitizeRound;
import org.expunge.defense.sanitize.Sanitizer;
import org.expunge.influence.data.Dataset;

/** Says what bore on the verdict of a sanitizing, and which option would change it. */
final class SanitizeReasons {
    private final Dataset train;
    private final SanitizeResult result;
    private final Sanitizer.Options options;

    /**
     * Prepares.
     *
     * @param train rows of the run, for the names of classes
     * @param result what was done
     * @param options the caps
     */
    SanitizeReasons(Dataset train, SanitizeResult result, Sanitizer.Options options) {
        this.train = train;
        this.result = result;
        this.options = options;
    }

    /** Returns a sentence for each reason; none if rows went and nothing stood in the way. */
    List<String> all() {
        Set<String> reasons = new LinkedHashSet<>();
        for (List<SanitizeRound> trial : result.trials()) {
            Confirmation found = trial.get(0).confirmation();
            if (!found.confirmed()) {
                reasons.add(Double.isNaN(found.randomFlipShare()) ? stopped(trial) : refuted(trial));
            } else if (found.isCutOff()) {
                reasons.add(String.format(
                        Locale.ROOT,
                        "%s was confirmed, but its %d rows find no room under %s.",
                        inputs(trial),
                        found.rows(),
                        limit(found.limit(), trial)));
            }
            if (found.heldOut() == 0) {
                reasons.add(
                        "There were no held-out rows of " + classes(trial) + ", which would have guarded honest rows.");
            }
        }
        result.caps().forEach(cap -> reasons.add(stopped(cap)));
        for (int label : result.lastAudit().suspiciousLabels()) {
            reasons.add("The last audit names " + name(label) + ".");
        }
        reasons.addAll(new HeldOutRows(train, result.lastAudit())
                .ofFlagsAndSharedRows(options.clusters().leastTested()));
        incident().ifPresent(reasons::add);
        return List.copyOf(reasons);
    }

    /** Returns what the last audit says of an input that was looked at alone, if it flags it. */
    private Optional<String> incident() {
        List<TargetAudit.InputFinding> inputs = result.lastAudit().inputs();
        return inputs.size() > 1
                ? Optional.empty()
                : inputs.stream()
                        .filter(TargetAudit.InputFinding::flagged)
                        .map(input -> String.format(
                                Locale.ROOT,
                                "The last audit still flags %s (p = %.3f), which is now taken for %s.",
                                input.id(),
                                input.pValue(),
                                name(input.predicted())))
                        .findFirst();
    }

    private String stopped(SanitizeResult.Cap cap) {
        Sanitizer.Caps caps = options.caps();
        return "What was still suspected was not tried because of "
                + switch (cap) {
                    case ROUNDS -> "the cap on rounds (" + caps.mostRounds() + "; --most-rounds raises it).";
                    case ROWS -> "the cap on removed rows (" + rows(caps.mostRows()) + "; --most-rows raises it).";
                    case JOINED_ROWS ->
                        "the cap on removed rows of classes together (" + rows(caps.mostJoined())
                                + "; --most-joined raises it).";
                };
    }

    private String rows(double share) {
        return (int) (share * train.size()) + " of " + train.size();
    }

    private String stopped(List<SanitizeRound> trial) {
        Confirmation found = trial.get(0).confirmation();
        return String.format(
                Locale.ROOT,
                "%s: of the sets tried the largest had %d rows, and %s of the inputs flipped%s; it ended there because of %s.",
                inputs(trial),
                found.rows(),
                Numbers.percent(found.flipShare()),
                found.flipShare() >= options.confirming().flipShare()
                        ? ", but not the incident itself, or not to its true label"
                        : "",
                limit(found.limit(), trial));
    }

    private String limit(Confirmation.Limit limit, List<SanitizeRound> trial) {
        return switch (limit) {
            case ROWS ->
                "the cap on removed rows, which other clusters share ("
                        + (trial.size() == 1
                                ? Numbers.percent(options.caps().mostRows()) + " of all; --most-rows raises it)"
                                : Numbers.percent(options.caps().mostJoined())
                                        + " of all for classes together; --most-joined raises it)");
            case ROWS_OF_LABEL ->
                "the cap on removed rows of a class ("
                        + Numbers.percent(options.caps().mostOfLabel()) + " of its rows; --most-of-class raises it)";
            case SETS -> "the few growing sets that an incident may try, which no option raises";
            case NONE -> throw new IllegalStateException("a trial that flipped its inputs was not stopped");
        };
    }

    private String refuted(List<SanitizeRound> trial) {
        Confirmation found = trial.get(0).confirmation();
        String random =
                "as many random rows flip " + Numbers.percent(found.randomFlipShare()) + " of the inputs as well";
        String missed = "held-out rows of the class depend on the traced rows: " + Numbers.percent(found.excessLoss())
                + " more of them are lost than without random ones";
        String known = "the model without the traced rows takes only " + Numbers.percent(found.rowFlipShare())
                + " of them for another class: the others of their class say what they say, as they do of honest rows and"
                + " of poison whose labels are right"
                + (trial.size() == 1
                        ? "; if 'expunge trace' shows you a trigger in them, --least-row-flips asks for fewer"
                        : "");
        boolean isRandom = found.randomFlipShare() >= options.confirming().mostRandomFlips();
        boolean isKnown =
                found.rowFlipShare() < options.confirming().of(trial.size()).rowFlipShare();
        return inputs(trial) + " was not confirmed: " + (isRandom ? random : isKnown ? known : missed) + ".";
    }

    private String inputs(List<SanitizeRound> trial) {
        int inputs = trial.stream().mapToInt(SanitizeRound::clusterSize).sum();
        return "Round " + trial.get(0).round() + ", " + classes(trial) + (trial.size() > 1 ? " together" : "") + ", "
                + inputs + " inputs";
    }

    private String classes(List<SanitizeRound> trial) {
        return String.join(
                ", ", trial.stream().map(round -> name(round.label())).toList());
    }

    private String name(int label) {
        return RowEvidence.name(train, label);
    }
}
