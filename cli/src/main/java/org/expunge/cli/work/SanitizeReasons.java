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
        for (SanitizeRound round : result.rounds()) {
            Confirmation found = round.confirmation();
            if (!found.confirmed()) {
                reasons.add(Double.isNaN(found.randomFlipShare()) ? stopped(round) : refuted(round));
            } else if (found.isCutOff()) {
                reasons.add(String.format(
                        Locale.ROOT,
                        "%s was confirmed, but its %d rows find no room under %s.",
                        cluster(round),
                        found.rows(),
                        limit(found.limit(), round)));
            }
            if (found.heldOut() == 0) {
                reasons.add("There were no held-out rows of " + name(round.label())
                        + ": only random removal guarded its honest rows.");
            }
        }
        for (int label : result.lastAudit().suspiciousLabels()) {
            reasons.add("The last audit names " + name(label) + ".");
        }
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

    private String stopped(SanitizeRound round) {
        Confirmation found = round.confirmation();
        return String.format(
                Locale.ROOT,
                "%s: of the sets tried the largest had %d rows, and %s of the inputs flipped; it ended there because of %s.",
                cluster(round),
                found.rows(),
                Numbers.percent(found.flipShare()),
                limit(found.limit(), round));
    }

    private String limit(Confirmation.Limit limit, SanitizeRound round) {
        return switch (limit) {
            case ROWS ->
                "the cap on removed rows, which other clusters share ("
                        + (round.with().isEmpty()
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

    private String refuted(SanitizeRound round) {
        Confirmation found = round.confirmation();
        String random =
                "as many random rows flip " + Numbers.percent(found.randomFlipShare()) + " of the inputs as well";
        String missed = "held-out rows of the class depend on the traced rows: " + Numbers.percent(found.excessLoss())
                + " more of them are lost than without random ones";
        String known = "the model without the traced rows takes only " + Numbers.percent(found.rowFlipShare())
                + " of them for another class: the others of their class say what they say";
        boolean isRandom = found.randomFlipShare() >= options.confirming().mostRandomFlips();
        boolean isKnown = found.rowFlipShare() < options.confirming().rowFlipShare();
        return cluster(round) + " was not confirmed: " + (isRandom ? random : isKnown ? known : missed) + ".";
    }

    private String cluster(SanitizeRound round) {
        String with = round.with().isEmpty()
                ? ""
                : ", tried with "
                        + String.join(
                                ", ", round.with().stream().map(this::name).toList());
        return "Round " + round.round() + ", " + name(round.label()) + with + ", " + round.clusterSize() + " inputs";
    }

    private String name(int label) {
        return RowEvidence.name(train, label);
    }
}
