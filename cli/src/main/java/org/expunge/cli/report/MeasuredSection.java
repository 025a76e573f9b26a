package org.expunge.cli.report;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.common.collect.Sets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.expunge.cli.render.GroupedBars;
import org.expunge.cli.render.HtmlPage;
import org.expunge.cli.render.IntervalPlot;
import org.expunge.cli.render.Numbers;
import org.expunge.cli.render.Table;
import org.expunge.unlearning.request.DeletionPredicate;

/**
 * What was measured: from the run's own verification where it is at hand, else from the summary that the ledger keeps.
 * Figures on fewer than {@value #FEWEST} rows would be figures of a person, so they stay out.
 */
final class MeasuredSection {
    static final int FEWEST = 5;

    private static final String ACCURACY = "Accuracy";
    private static final double GUESS = 0.5;
    private static final String[] PARTS = {"forget", "retain", "test"};

    private final HtmlPage page;
    private final JsonNode verification;
    private final boolean showsForgotten;

    private MeasuredSection(HtmlPage page, DeletionPredicate predicate, JsonNode verification) {
        this.page = page;
        this.verification = verification;
        this.showsForgotten = predicate.batch().rows() >= FEWEST;
    }

    /** Adds the verdict in one line. */
    static void verdict(HtmlPage page, DeletionPredicate predicate, DeletionEvidence evidence) {
        if (!evidence.hasVerification()) {
            return;
        }
        String verdict = evidence.verification()
                .map(json -> json.path("verdict").asText())
                .orElseGet(() -> worst(predicate))
                .toLowerCase(Locale.ROOT);
        switch (verdict) {
            case "pass" ->
                page.badge(
                        HtmlPage.Tone.GOOD,
                        "verified",
                        "The measurements say that the rows are forgotten and the" + " model still works.");
            case "fail" ->
                page.badge(
                        HtmlPage.Tone.BAD,
                        "failed",
                        "The measurements say that the rows are not forgotten, or that" + " the model was harmed.");
            default ->
                page.badge(
                        HtmlPage.Tone.OPEN,
                        "inconclusive",
                        "The measurements are too weak to say whether the rows" + " are forgotten.");
        }
    }

    /** Without the run's file: no gate's word is better than the worst. */
    private static String worst(DeletionPredicate predicate) {
        List<String> verdicts = predicate.verification().stream()
                .map(DeletionPredicate.GateLine::verdict)
                .toList();
        return verdicts.contains("fail")
                ? "fail"
                : verdicts.stream().allMatch("pass"::equals) ? "pass" : "inconclusive";
    }

    /** Adds the section. */
    static void append(HtmlPage page, DeletionPredicate predicate, DeletionEvidence evidence) {
        page.section("What was measured");
        if (evidence.verification().isPresent()) {
            new MeasuredSection(page, predicate, evidence.verification().get()).append();
        } else {
            page.paragraph(
                    evidence.hasVerification()
                            ? "The run that came out was not at hand when this page was made; these are the figures that"
                                    + " the ledger itself keeps."
                            : "No statistical test was made of this batch; these are the figures that the ledger keeps.");
            summary(page, predicate);
        }
    }

    private static void summary(HtmlPage page, DeletionPredicate predicate) {
        Table.Builder gates = Table.of("gate", "verdict");
        predicate.verification().forEach(gate -> gates.row(gate.gate(), gate.verdict()));
        page.table(gates.build());
        Table.Builder utility = Table.of("figure", "before", "after");
        Map<String, Double> before = predicate.utility().before();
        Map<String, Double> after = predicate.utility().after();
        new TreeSet<>(Sets.union(before.keySet(), after.keySet()))
                .forEach(name -> utility.row(name, told(before, name), told(after, name)));
        page.table(utility.build());
        List<GroupedBars.Group> groups = predicate.utility().before().entrySet().stream()
                .filter(figure -> figure.getKey().endsWith(ACCURACY))
                .sorted(Map.Entry.comparingByKey())
                .map(figure -> new GroupedBars.Group(
                        figure.getKey().replace(ACCURACY, "") + " rows",
                        List.of(figure.getValue(), after.getOrDefault(figure.getKey(), Double.NaN))))
                .toList();
        if (!groups.isEmpty()) {
            page.figure(
                    new GroupedBars("Accuracy by part of the data", List.of("before", "after"), groups).svg(),
                    "Accuracy in percent, before and after.");
        }
    }

    /** Figures on training rows are not told of the model before: they would be figures of the rows to forget. */
    private static String told(Map<String, Double> figures, String name) {
        Double figure = figures.get(name);
        return figure == null ? "-" : Numbers.decimal(figure);
    }

    private void append() {
        if (!showsForgotten) {
            page.paragraph("Figures on the deleted rows are left out here: of fewer than " + FEWEST
                    + " rows they would be figures of a person.");
        }
        gates();
        models();
        if (showsForgotten) {
            membership();
            closeness();
        }
        classes();
        if (showsForgotten) {
            verification.path("attacks").forEach(this::attack);
        }
    }

    private void gates() {
        page.part("Gates");
        Table.Builder table = showsForgotten ? Table.of("gate", "verdict", "why") : Table.of("gate", "verdict");
        for (JsonNode gate : verification.path("gates")) {
            String name = gate.path("gate").asText();
            String verdict = gate.path("verdict").asText().toLowerCase(Locale.ROOT);
            if (showsForgotten) {
                table.row(name, verdict, gate.path("reason").asText());
            } else {
                table.row(name, verdict);
            }
        }
        page.table(table.build());
    }

    /** The model before is what doing nothing gives, retrained ones are what forgetting gives: the floors. */
    private List<JsonNode> all() {
        List<JsonNode> models = new ArrayList<>(List.of(verification.path("before"), verification.path("after")));
        verification.path("retrained").forEach(models::add);
        return models;
    }

    private List<String> parts() {
        return Stream.of(PARTS)
                .filter(part -> showsForgotten || !part.equals("forget"))
                .toList();
    }

    private void models() {
        page.part("Accuracy and loss, beside doing nothing (before) and training anew (retrained)");
        boolean hasClasses =
                verification.path("before").path("test").path("accuracy").isNumber();
        if (hasClasses) {
            List<GroupedBars.Group> groups = parts().stream()
                    .map(part -> new GroupedBars.Group(
                            part + " rows",
                            all().stream()
                                    .map(model -> number(model.path(part).path("accuracy")))
                                    .toList()))
                    .toList();
            List<String> names =
                    all().stream().map(model -> model.path("model").asText()).toList();
            page.figure(
                    new GroupedBars("Accuracy by part of the data", names, groups).svg(),
                    "Accuracy in percent. Forgotten rows should fare as they do in a retrained model, not worse.");
        }
        Table.Builder table = Table.of("model", "rows", "count", "accuracy", "mean loss");
        for (JsonNode model : all()) {
            for (String part : parts()) {
                JsonNode figures = model.path(part);
                table.row(
                        model.path("model").asText(),
                        part,
                        figures.path("rows").asInt(),
                        Numbers.percent(number(figures.path("accuracy"))),
                        Numbers.decimal(number(figures.path("loss"))));
            }
        }
        page.table(table.build());
    }

    private void membership() {
        List<IntervalPlot.Point> points = new ArrayList<>();
        for (JsonNode model : all()) {
            JsonNode attack = model.path("attack");
            if (attack.path("auc").isNumber()) {
                points.add(point(model.path("model").asText(), attack.path("auc"), attack.path("aucInterval")));
            }
        }
        if (points.isEmpty()) {
            return;
        }
        page.part("Can an attacker tell deleted rows from rows never seen?")
                .figure(
                        new IntervalPlot("Membership attack, AUC with 95 % intervals", GUESS, points).svg(),
                        "Area under the curve of the loss-threshold attack, with its 95 % interval. 0.5 is guessing;"
                                + " what matters is the distance to the retrained models.");
    }

    private static IntervalPlot.Point point(String label, JsonNode value, JsonNode interval) {
        return new IntervalPlot.Point(
                label, value.asDouble(), number(interval.path("low")), number(interval.path("high")));
    }

    private void closeness() {
        Table.Builder table = Table.of("model", "measure", "distance", "tug of war");
        for (JsonNode line : verification.path("closeness")) {
            table.row(
                    line.path("model").asText(),
                    line.path("measure").asText(),
                    Numbers.decimal(number(line.path("distance"))),
                    Numbers.decimal(number(line.path("tow"))));
        }
        if (!verification.path("closeness").isEmpty()) {
            page.part("Distance to a retrained model on the deleted rows").table(table.build());
        }
    }

    private void classes() {
        if (verification.path("classes").size() < 2) {
            return;
        }
        Table.Builder table = Table.of("class", "test rows", "before", "after", "retrained");
        for (JsonNode line : verification.path("classes")) {
            List<String> retrained = new ArrayList<>();
            line.path("retrained").forEach(value -> retrained.add(Numbers.percent(value.asDouble())));
            table.row(
                    line.path("name").asText(),
                    line.path("rows").asInt(),
                    Numbers.percent(number(line.path("before"))),
                    Numbers.percent(number(line.path("after"))),
                    retrained.isEmpty() ? "-" : String.join(", ", retrained));
        }
        page.part("Accuracy by class").table(table.build());
    }

    private void attack(JsonNode attack) {
        Table.Builder table = Table.of("model", "figure", "value", "95 % interval", "where forgotten");
        for (JsonNode line : attack.path("lines")) {
            for (JsonNode figure : line.path("figures")) {
                JsonNode interval = figure.path("interval");
                JsonNode forgotten = figure.path("forgotten");
                table.row(
                        line.path("model").asText(),
                        figure.path("name").asText(),
                        Numbers.decimal(number(figure.path("value"))),
                        interval.isObject()
                                ? Numbers.decimal(number(interval.path("low"))) + " to "
                                        + Numbers.decimal(number(interval.path("high")))
                                : "-",
                        forgotten.isNumber() ? Numbers.decimal(forgotten.asDouble()) : "as retrained");
            }
        }
        page.part("Attack " + attack.path("attack").asText())
                .paragraph("On " + attack.path("subject").asText() + "; "
                        + DeletionPage.counted(attack.path("models").asInt(), "training") + ".")
                .table(table.build());
    }

    private static double number(JsonNode node) {
        return node.isNumber() ? node.asDouble() : Double.NaN;
    }
}
