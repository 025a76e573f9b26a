package org.expunge.cli.report;

import java.util.ArrayList;
import java.util.List;
import org.expunge.cli.render.HtmlPage;
import org.expunge.cli.render.Numbers;
import org.expunge.cli.render.Table;
import org.expunge.cli.work.DefenseEvidence;

/** Says how often this errs, what it cannot see, and under which names others list the threat. */
final class LimitsSection {
    private static final String TESTED =
            "The first figure is the level of the tests over all classes together. Retraining has to confirm a"
                    + " suspicion before a row goes, so the share of clean runs with a removal is no larger. It holds if the"
                    + " held-out rows are clean and alike to the inputs; if the inputs come from elsewhere, it does not.";
    private static final String INCIDENT =
            "The search started from a prediction that was said to be bad. No test over inputs decides then, and no level"
                    + " holds: what protects honest rows is that few of them must stand far out for this input, that their"
                    + " removal must flip it where random removal does not, and that held-out rows must not miss them. A"
                    + " natural mistake that rests on a few odd rows can pass all three.";

    private final DefenseEvidence evidence;

    LimitsSection(DefenseEvidence evidence) {
        this.evidence = evidence;
    }

    void append(HtmlPage page) {
        falseActions(page);
        page.section("What this cannot show").list(limits());
        page.section("Names of the threat")
                .paragraph(
                        "What this page is about is listed elsewhere under these names. Those of ATLAS are from before its release"
                                + " 2026.07, which renamed some, those of OWASP from the years in the identifiers.")
                .table(Table.of("list", "identifier", "name", "how it applies")
                        .row("MITRE ATLAS", "AML.T0020", "Poison Training Data", "what is looked for in the rows")
                        .row("MITRE ATLAS", "AML.T0019", "Publish Poisoned Datasets", "if the rows came from outside")
                        .row("MITRE ATLAS", "AML.T0018", "Manipulate AI Model", "the backdoor that such rows leave")
                        .row("OWASP Top 10 for LLM", "LLM04:2025", "Data and Model Poisoning", "the same risk")
                        .row("OWASP Machine Learning", "ML02:2023", "Data Poisoning Attack", "what is looked for")
                        .row(
                                "OWASP Machine Learning",
                                "ML10:2023",
                                "Model Poisoning",
                                "not looked for here: the weights" + " are taken to come from the rows")
                        .build());
    }

    private void falseActions(HtmlPage page) {
        DefenseEvidence.Tails tails = evidence.tails();
        long flagged = tails.calibration().stream()
                .filter(tail -> tail > tails.threshold())
                .count();
        Table.Builder table = Table.of();
        if (!evidence.comesFromIncident()) {
            table.row(
                    "a class is suspected by chance, at most",
                    Numbers.percent(evidence.setting().falseActionLevel()));
        }
        page.section("How often it would act on clean data")
                .table(table.row(
                                "held-out rows above the threshold",
                                flagged + " of " + tails.calibration().size())
                        .row(
                                "rounds that retraining refuted",
                                evidence.rounds().stream()
                                                .filter(round -> !round.confirmed())
                                                .count()
                                        + " of " + evidence.rounds().size())
                        .build())
                .paragraph(evidence.comesFromIncident() ? INCIDENT : TESTED);
    }

    private List<String> limits() {
        List<String> limits = new ArrayList<>(
                List.of(
                        "An attack of which no input was seen leaves no trace here.",
                        "Held-out rows that are poisoned as well raise the threshold and hide the attack.",
                        "Attacks on single inputs, or with fewer rows than the tail statistic looks for, stay below the test.",
                        "Who knows the method can spread poison over many classes or make its gradients unlike those of his inputs."));
        limits.add("That the audit has gone quiet is no proof: what is left of an attack may stand out too little.");
        if (evidence.comesFromManyClasses()) {
            limits.add("Many classes are turned into one here, the known weak case.");
        }
        if (evidence.truth() == null) {
            limits.add("No attack was planted, so that a page without findings is no evidence of clean data.");
        }
        limits.add(
                "Removed rows may be honest: rare rows look like poison. Look at them before they are gone for good.");
        return limits;
    }
}
