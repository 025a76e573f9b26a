package org.expunge.cli.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.expunge.cli.work.AttackedInputs;
import org.expunge.cli.work.DefenseEvidence;
import org.expunge.cli.work.Drill;
import org.expunge.cli.work.NamedManifest;
import org.expunge.defense.attack.AttackGate;
import org.expunge.defense.sanitize.SanitizeVerdict;
import org.expunge.influence.io.BadInputException;
import org.expunge.influence.io.Json;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class DefensePageTest {
    private static String page(DefenseEvidence evidence) {
        return DefensePage.of(evidence, ShownRows.NONE, FurtherFindings.NONE);
    }

    @Test
    void aDrillShowsEveryPartOfTheEvidence() {
        String page = page(SampleEvidence.drill(SanitizeVerdict.SANITIZED, 0.99));

        assertThat(page)
                .contains("<h1>Poisoning defense of runs/&lt;poisoned&gt;</h1>", "2 of 1000 training rows (0.2 %)")
                .contains(
                        "The planted attack (patch 2x3 from 1 to 0) succeeded on 99.0 % of its inputs before, and on 4.0 %")
                .contains("19 of 20 adversarial rows were removed, and 5 of 977 clean ones")
                .contains("<td>attack success</td><td class=\"number\">99.0 %</td><td class=\"number\">4.0 %</td>")
                .contains("<td>zero</td><td class=\"number\">500</td><td class=\"number\">2</td>", ">0.4 %</td>")
                .contains("Foremost training rows of cluster 1", "data:image/png;base64,", "The frame marks where")
                .contains("attacked inputs: ", "held-out rows believed clean: ", "threshold 3.900")
                .contains("AUPRC 0.950", "AUROC 0.763", "<title>ROC: Attacked inputs among all inputs</title>")
                .contains("Base rates: 0.020 of all training rows are adversarial, and 0.170 of the rows of the target")
                .contains("raw nearest neighbour", "gradient norm", ">random, AUPRC", "seed of random removal")
                .contains("AML.T0020", "LLM04:2025", "ML02:2023", " of 200");
        assertThat(page.split("<svg ", -1)).hasSize(1 + 7);
    }

    @ParameterizedTest
    @EnumSource
    void theVerdictStandsInWordsBeforeAnyFigure(SanitizeVerdict verdict) {
        String page = page(SampleEvidence.unknown(verdict, List.of("one")));

        String sentence = verdict.sentence().substring(1).replace("'", "&#39;");
        assertThat(page.indexOf(sentence)).isBetween(0, page.indexOf("<h2>"));
        assertThat(page).contains("No verdict says that the data are clean").doesNotContain("NaN", "null");
    }

    @Test
    void insufficientEvidenceIsNoClaim() {
        String page = page(SampleEvidence.unknown(SanitizeVerdict.INSUFFICIENT_EVIDENCE, List.of("one")));

        assertThat(page)
                .contains("insufficient evidence</span>", "No training row was removed", "Nothing was traced")
                .contains("neither hits nor misses can be counted", "no evidence of clean data")
                .doesNotContain("badge good");
    }

    @Test
    void aDrillWhoseAttackDoesNotWorkSaysNothingOfTheDefense() {
        String page = page(SampleEvidence.drill(SanitizeVerdict.SANITIZED, 0.5));

        assertThat(page)
                .contains("attack failed</span>", "succeeds on 50.0 % of its inputs", "only measured from 80.0 % on")
                .contains("say nothing of the defense")
                .doesNotContain("adversarial rows were removed, and");
    }

    @Test
    void anAttackThatWorksAfterwardsIsNotCalledDefended() {
        DefenseEvidence sample = SampleEvidence.drill(SanitizeVerdict.SANITIZED, 0.99);
        DefenseEvidence.Truth truth =
                new DefenseEvidence.Truth("patch", 0.99, 0.7, 20, 5, 0, 0, 980, 1, 0.02, null, null, null, null);

        assertThat(page(with(sample, truth))).contains("<span class=\"badge bad\">drill</span>");
    }

    @Test
    void anAttackThatIsSeenByItsCostFailsAndOneWithoutInputsIsNotJudged() {
        DefenseEvidence sample = SampleEvidence.drill(SanitizeVerdict.SANITIZED, 0.99);
        AttackGate figures = new AttackGate(0.99, 0, 0.90, 0.95);
        Drill.Gate seen = new Drill.Gate(figures.verdict(), figures.holds(), figures);
        DefenseEvidence.Truth costly =
                new DefenseEvidence.Truth("patch", 0.99, 0, 20, 20, 0, 0, 980, 1, 0.02, null, seen, null, null);
        DefenseEvidence.Truth noise = new DefenseEvidence.Truth(
                "noise", Double.NaN, Double.NaN, 20, 5, 0, 0, 980, 1, 0.02, null, null, null, null);

        assertThat(page(with(sample, costly)))
                .contains("attack failed</span>", "it costs 5.0 points of accuracy")
                .doesNotContain("badge good\">drill");
        assertThat(page(with(sample, noise)))
                .contains("attack not judged</span>")
                .doesNotContain("attack failed</span>", "NaN");
    }

    @Test
    void aCleanModelThatGivesTheSameAnswerIsNamed() {
        DefenseEvidence sample = SampleEvidence.drill(SanitizeVerdict.SANITIZED, 0.99);
        AttackGate figures = new AttackGate(1, 0.98, 0.95, 0.95);
        Drill.Gate shared = new Drill.Gate(figures.verdict(), figures.holds(), figures);
        DefenseEvidence.Truth foreign =
                new DefenseEvidence.Truth("zeros", 1, 0.98, 20, 20, 0, 0, 980, 1, 0.02, null, shared, null, null);

        assertThat(page(with(sample, foreign)))
                .contains("attack failed</span>", "a clean model gives the same answer for 98.0 % of its inputs")
                .doesNotContain("badge good\">drill");
    }

    @Test
    void thePageSaysWhereTheTruthIsKnownFrom() {
        DefenseEvidence sample = SampleEvidence.drill(SanitizeVerdict.SANITIZED, 0.99);
        NamedManifest manifest = new NamedManifest("/drills/manifest.json", "0123abcd");
        DefenseEvidence.Truth named =
                new DefenseEvidence.Truth("patch", 0.99, 0, 20, 20, 0, 0, 980, 1, 0.02, null, null, manifest, null);

        assertThat(page(with(sample, named))).contains("/drills/manifest.json (SHA-256 0123abcd)");
        assertThat(page(sample)).contains("known from", "the run, which was trained under the attack");
    }

    @Test
    void anIncidentHasNoLevelAndItsOneInputIsNotMany() {
        DefenseEvidence sample = SampleEvidence.drill(SanitizeVerdict.SANITIZED, 0.99);
        DefenseEvidence incident = SampleEvidence.incident(sample);

        assertThat(page(incident))
                .contains("1 input is taken for zero. Second for it: one. p = ", "<th>incident</th><td>attack:0</td>")
                .contains("No test over inputs decides then", "held-out rows above the threshold")
                .doesNotContain("before correction", "suspected by chance, at most", "The first figure is the level");
        assertThat(page(sample)).contains("suspected by chance, at most", "The first figure is the level");
    }

    @Test
    void roundsShowTheLossOfHeldOutRowsAndHowManyInputsAreTried() {
        assertThat(page(SampleEvidence.drill(SanitizeVerdict.SANITIZED, 0.99)))
                .contains("held-out rows lost", ">3.4 %</td>", "at most 40 inputs are tried");
    }

    private static DefenseEvidence with(DefenseEvidence sample, DefenseEvidence.Truth truth) {
        return new DefenseEvidence(
                sample.subject(),
                sample.verdict(),
                sample.removedIds(),
                sample.accuracyBefore(),
                sample.accuracyAfter(),
                sample.accuracyRetrained(),
                sample.classes(),
                sample.tails(),
                sample.clusters(),
                sample.rounds(),
                sample.stillSuspicious(),
                truth,
                sample.setting());
    }

    @Test
    void attacksFromManyClassesBearTheirCaveatAtTheTop() {
        List<String> many = List.of("one", "two", "three");
        String page = page(SampleEvidence.unknown(SanitizeVerdict.SANITIZED, many));
        String few = page(SampleEvidence.unknown(SanitizeVerdict.SANITIZED, List.of("one", "two")));

        assertThat(page.indexOf("many classes</span>")).isBetween(0, page.indexOf("<h2>"));
        assertThat(page).contains("Second for them: one, two, three.", "the known weak case");
        assertThat(few).doesNotContain("many classes</span>", "the known weak case");
    }

    @Test
    void successOnInputsThatDidNotDecideWhatIsRemovedStandsApart() {
        DefenseEvidence sample = SampleEvidence.drill(SanitizeVerdict.SANITIZED, 0.99);

        assertThat(page(with(sample, given(new AttackedInputs(40, 30, 0.9, 0.1)))))
                .contains(
                        "30 of the 40 attacked inputs were among the inputs given, which decide what is removed; on the"
                                + " other 10 the attack succeeded on 90.0 % before, and on 10.0 % after.")
                .contains("<td>attack success on inputs not given</td><td class=\"number\">90.0 %</td>");
        assertThat(page(with(sample, given(new AttackedInputs(40, 0, 0.9, 0.1)))))
                .contains("None of the 40 attacked");
        assertThat(page(with(sample, given(new AttackedInputs(40, 40, null, null)))))
                .contains("All 40 attacked inputs were among the inputs given", "attack?half=1")
                .doesNotContain("attack success on inputs not given", "NaN");
        assertThat(page(with(sample, given(new AttackedInputs(1, 1, null, null)))))
                .contains("there is no other to measure by");
    }

    private static DefenseEvidence.Truth given(AttackedInputs attacked) {
        return new DefenseEvidence.Truth("patch", 0.99, 0, 20, 20, 0, 0, 980, 1, 0.02, null, null, null, attacked);
    }

    @Test
    void aClustersChanceIsSaidToBeUncorrected() {
        assertThat(page(SampleEvidence.unknown(SanitizeVerdict.SANITIZED, List.of("one"))))
                .contains("p = 1.00e-05 that so many stand out by chance, before correction over 2 classes.");
    }

    @Test
    void clustersOfOneClassAreCountedTogether() {
        DefenseEvidence sample = SampleEvidence.unknown(SanitizeVerdict.SANITIZED, List.of("one", "two"));
        DefenseEvidence.Cluster first = sample.clusters().get(0);
        DefenseEvidence.Cluster second = new DefenseEvidence.Cluster(
                first.label(), List.of("three"), List.of("two"), 5, 0.01, 500, first.foremost(), first.rankings());

        DefenseEvidence.Round joined =
                new DefenseEvidence.Round(1, "zero", List.of("two"), 12, 9, 0.75, 1.0, 0.0, 0.034, true, 2, 4);

        DefenseEvidence both = new DefenseEvidence(
                sample.subject(),
                sample.verdict(),
                sample.removedIds(),
                sample.accuracyBefore(),
                sample.accuracyAfter(),
                sample.accuracyRetrained(),
                sample.classes(),
                sample.tails(),
                List.of(first, second),
                List.of(joined),
                sample.stillSuspicious(),
                null,
                sample.setting());

        assertThat(page(both))
                .contains("that so many stand out, together with those taken for two, by chance.")
                .contains("zero, with two");
        assertThat(sample.comesFromManyClasses()).isFalse();
        assertThat(both.comesFromManyClasses()).isTrue();
    }

    @Test
    void valuesOfRowsAreShownOnlyWhenAskedFor() {
        DefenseEvidence table = SampleEvidence.table("runs/table");

        assertThat(page(table)).contains("age, city=Berlin").doesNotContain("values</th>", "<image");
        assertThat(DefensePage.of(table, new ShownRows(Map.of("row 7", "36.000 <b>")), FurtherFindings.NONE))
                .contains("values</th>", "<td>36.000 &lt;b&gt;</td>");
    }

    @Test
    void evidenceSurvivesItsFile() throws BadInputException {
        DefenseEvidence evidence = SampleEvidence.drill(SanitizeVerdict.CAP_REACHED, 0.9);

        assertThat(Json.parse(Json.text(evidence), DefenseEvidence.class, "text"))
                .isEqualTo(evidence);
    }
}
