package org.expunge.cli.report;

import java.util.Locale;
import org.expunge.cli.render.HtmlPage;
import org.expunge.cli.render.HtmlPage.Tone;
import org.expunge.cli.render.Numbers;
import org.expunge.cli.work.DefenseEvidence;
import org.expunge.cli.work.DefenseEvidence.Truth;
import org.expunge.cli.work.Drill;
import org.expunge.defense.attack.AttackGate;
import org.expunge.defense.sanitize.SanitizeVerdict;

/** Says in words how it ended, before any figure. */
final class VerdictSection {
    private final DefenseEvidence evidence;

    VerdictSection(DefenseEvidence evidence) {
        this.evidence = evidence;
    }

    void append(HtmlPage page) {
        SanitizeVerdict verdict = evidence.verdict();
        page.badge(
                verdict == SanitizeVerdict.SANITIZED ? Tone.GOOD : Tone.OPEN,
                verdict.name().toLowerCase(Locale.ROOT).replace('_', ' '),
                capitalized(verdict.sentence()) + ".");
        Truth truth = evidence.truth();
        if (truth != null) {
            drill(page, truth);
        }
        evidence.reasons().forEach(page::paragraph);
        page.paragraph(removed());
        if (evidence.comesFromManyClasses()) {
            page.badge(
                    Tone.OPEN,
                    "many classes",
                    "The suspected inputs of a class were made of many others. Against attacks that turn every class into one"
                            + " tracing can be weak: part of the poison may still be there. Look at the model again with 'expunge"
                            + " audit-model'.");
        }
        page.paragraph("No verdict says that the data are clean. That cannot be shown.");
    }

    private static void drill(HtmlPage page, Truth truth) {
        if (!truth.hasInputs()) {
            page.badge(
                    Tone.OPEN,
                    "attack not judged",
                    "This was a drill with an attack that has no inputs, so that it has no success to be judged by. The figures"
                            + " below say which rows were removed, and nothing of a success that was stopped.");
            return;
        }
        if (truth.successBefore() >= AttackGate.LEAST_SUCCESS && !truth.works()) {
            page.badge(
                    Tone.BAD,
                    "attack failed",
                    "This was a drill, and the planted attack failed its gate (" + verdict(truth)
                            + "). The figures below say nothing of the defense.");
            return;
        }
        if (!truth.works()) {
            page.badge(
                    Tone.BAD,
                    "attack failed",
                    String.format(
                            Locale.ROOT,
                            "This was a drill, and the planted attack does not work: it succeeds on %s of its inputs, and a"
                                    + " defense is only measured from %s on. The figures below say nothing of the defense.",
                            Numbers.percent(truth.successBefore()),
                            Numbers.percent(AttackGate.LEAST_SUCCESS)));
            return;
        }
        page.badge(
                truth.successAfter() <= 1 - AttackGate.LEAST_SUCCESS ? Tone.GOOD : Tone.BAD,
                "drill",
                String.format(
                                Locale.ROOT,
                                "The planted attack (%s) succeeded on %s of its inputs before, and on %s after. %d of %d adversarial"
                                        + " rows were removed, and %d of %d clean ones.",
                                truth.attack(),
                                Numbers.percent(truth.successBefore()),
                                Numbers.percent(truth.successAfter()),
                                truth.adversarialRemoved(),
                                truth.adversarialRows(),
                                truth.cleanRemoved(),
                                truth.cleanRows())
                        + (truth.attacked() == null
                                ? ""
                                : " " + truth.attacked().sentence())
                        + (truth.gate() == null
                                ? " What the attack cost in accuracy, and whether a clean model takes its inputs for"
                                        + " the same, was not measured: 'expunge attack --gate' does."
                                : ""));
    }

    private static String verdict(Truth truth) {
        Drill.Gate gate = truth.gate();
        return gate == null ? "" : gate.verdict();
    }

    private String removed() {
        int removed = evidence.removedIds().size();
        int rows = evidence.subject().trainingRows();
        if (removed == 0) {
            return "No training row was removed, and the model is as it was.";
        }
        Double retrained = evidence.accuracyRetrained();
        return String.format(
                Locale.ROOT,
                "%d of %d training rows (%s) were removed, and the model was %s. Accuracy on test rows: %s before, %s"
                        + " after%s. The removal can be undone: manifest.json names the rows.",
                removed,
                rows,
                Numbers.percent(removed / (double) rows),
                evidence.setting().options().getOrDefault("lastModel", "trained again"),
                Numbers.percent(evidence.accuracyBefore()),
                Numbers.percent(evidence.accuracyAfter()),
                retrained == null ? "" : ", " + Numbers.percent(retrained) + " if trained again without them");
    }

    private static String capitalized(String sentence) {
        return sentence.substring(0, 1).toUpperCase(Locale.ROOT) + sentence.substring(1);
    }
}
