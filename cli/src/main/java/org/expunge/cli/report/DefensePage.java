package org.expunge.cli.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.expunge.cli.render.ContactSheet;
import org.expunge.cli.render.GroupedBars;
import org.expunge.cli.render.Histogram;
import org.expunge.cli.render.HtmlPage;
import org.expunge.cli.render.Numbers;
import org.expunge.cli.render.Table;
import org.expunge.cli.work.AttackedInputs;
import org.expunge.cli.work.DefenseEvidence;
import org.expunge.cli.work.DefenseEvidence.Cluster;
import org.expunge.cli.work.DefenseEvidence.EvidenceRow;
import org.expunge.cli.work.DefenseEvidence.Truth;
import org.expunge.cli.work.EvidencePicture;
import org.jspecify.annotations.Nullable;

/**
 * Says for people what was suspected of poisoning, what was removed, what that did, and what cannot be said: on a
 * screen or on paper. Of tables and texts it shows no values unless asked.
 */
public final class DefensePage {
    /** Bars that still can be read. */
    private static final int MOST_BARS = 12;

    private final DefenseEvidence evidence;
    private final ShownRows shown;
    private final FurtherFindings further;
    private final HtmlPage page;

    private DefensePage(DefenseEvidence evidence, ShownRows shown, FurtherFindings further) {
        this.evidence = evidence;
        this.shown = shown;
        this.further = further;
        this.page = new HtmlPage("Poisoning defense of " + evidence.subject().run());
    }

    /**
     * Returns the page.
     *
     * @param evidence what is known
     * @param shown values of rows to show, if any
     * @param further what other looks found, if anybody looked
     */
    public static String of(DefenseEvidence evidence, ShownRows shown, FurtherFindings further) {
        return new DefensePage(evidence, shown, further).html();
    }

    private String html() {
        new VerdictSection(evidence).append(page);
        effect();
        suspects();
        tails();
        rounds();
        CurveSection.append(page, evidence);
        further.append(page, evidence.subject());
        setting();
        new LimitsSection(evidence).append(page);
        return page.html();
    }

    private void effect() {
        page.section("Before and after");
        Table.Builder figures = Table.of("figure", "before", "after");
        figures.row(
                "training rows",
                evidence.subject().trainingRows(),
                evidence.subject().trainingRows() - evidence.removedIds().size());
        figures.row(
                "accuracy on test rows",
                Numbers.percent(evidence.accuracyBefore()),
                Numbers.percent(evidence.accuracyAfter()));
        Double retrained = evidence.accuracyRetrained();
        if (retrained != null) {
            figures.row(
                    "the same, trained again without the rows",
                    Numbers.percent(evidence.accuracyBefore()),
                    Numbers.percent(retrained));
        }
        Truth truth = evidence.truth();
        if (truth != null) {
            figures.row(
                    "attack success", Numbers.percent(truth.successBefore()), Numbers.percent(truth.successAfter()));
            AttackedInputs attacked = truth.attacked();
            if (attacked != null && attacked.hasOthers()) {
                figures.row(
                        "attack success on inputs not given",
                        Numbers.percent(attacked.before()),
                        Numbers.percent(attacked.after()));
            }
            figures.row(
                    "adversarial rows", truth.adversarialRows(), truth.adversarialRows() - truth.adversarialRemoved());
            figures.row("covers of the attack", truth.coverRows(), truth.coverRows() - truth.coversRemoved());
            figures.row("clean rows", truth.cleanRows(), truth.cleanRows() - truth.cleanRemoved());
        }
        page.table(figures.build());
        classes();
    }

    private void classes() {
        List<DefenseEvidence.ClassEffect> classes = evidence.classes();
        Table.Builder table = Table.of(
                "class", "training rows", "removed", "share removed", "test rows", "accuracy before", "accuracy after");
        for (DefenseEvidence.ClassEffect effect : classes) {
            table.row(
                    effect.name(),
                    effect.rows(),
                    effect.removed(),
                    Numbers.percent(effect.removed() / (double) effect.rows()),
                    effect.testRows(),
                    Numbers.percent(orNaN(effect.accuracyBefore())),
                    Numbers.percent(orNaN(effect.accuracyAfter())));
        }
        page.part("By class").table(table.build());
        if (!classes.isEmpty() && classes.size() <= MOST_BARS) {
            List<GroupedBars.Group> groups = classes.stream()
                    .map(effect -> new GroupedBars.Group(
                            effect.name(), List.of(orNaN(effect.accuracyBefore()), orNaN(effect.accuracyAfter()))))
                    .toList();
            page.figure(
                    new GroupedBars("Accuracy by class", List.of("before", "after"), groups).svg(),
                    "Accuracy on test rows of each class, in percent.");
        }
    }

    private static double orNaN(@Nullable Double share) {
        return share == null ? Double.NaN : share;
    }

    private void suspects() {
        page.section("What was suspected");
        if (evidence.clusters().isEmpty()) {
            page.paragraph("No class had enough inputs that stand out. Nothing was traced.");
        }
        int number = 0;
        for (Cluster cluster : evidence.clusters()) {
            number++;
            page.part("Cluster " + number + ": inputs taken for " + cluster.label());
            page.paragraph(String.format(
                    Locale.ROOT,
                    cluster.inputs() == 1
                            ? "%d input is taken for %s. Second for it: %s. p = %s that %s by chance%s. %d training rows carry"
                                    + " the label."
                            : "%d inputs are taken for %s. Second for them: %s. p = %s that %s by chance%s. %d training rows"
                                    + " carry the label.",
                    cluster.inputs(),
                    cluster.label(),
                    String.join(", ", cluster.runnerUps()),
                    Numbers.decimal(cluster.pValue()),
                    standOut(cluster),
                    correction(cluster),
                    cluster.candidates()));
            rows(number, cluster);
            controls(cluster);
        }
    }

    private static String standOut(Cluster cluster) {
        if (!cluster.with().isEmpty()) {
            return "so many stand out, together with those taken for " + String.join(", ", cluster.with()) + ",";
        }
        return cluster.inputs() == 1 ? "it stands out" : "so many stand out";
    }

    /** The test of classes together is one test, and an incident is of none. */
    private String correction(Cluster cluster) {
        return cluster.with().isEmpty() && !evidence.comesFromIncident()
                ? ", before correction over " + evidence.classes().size() + " classes"
                : "";
    }

    private void rows(int number, Cluster cluster) {
        List<ContactSheet.Tile> tiles = new ArrayList<>();
        for (EvidenceRow row : cluster.foremost()) {
            tile(row).ifPresent(tiles::add);
        }
        if (!tiles.isEmpty()) {
            boolean isMarked = tiles.stream().anyMatch(tile -> tile.region() != null);
            page.figure(
                    new ContactSheet("Foremost training rows of cluster " + number, tiles).svg(),
                    "The training rows that the inputs rest on most, first one first."
                            + (isMarked
                                    ? " The frame marks where these rows differ most from the others of their class: where a"
                                            + " trigger would be."
                                    : " They differ from the others of their class in no one place."));
        }
        List<String> features = cluster.foremost().stream()
                .flatMap(row -> row.features().stream())
                .distinct()
                .toList();
        if (!features.isEmpty()) {
            page.paragraph("What sets these rows apart from the others of their class, strongest first: "
                    + String.join(", ", features) + ".");
        }
        Table.Builder table = shown.hasValues()
                ? Table.of("row", "score", "what became of it", "known", "values")
                : Table.of("row", "score", "what became of it", "known");
        for (EvidenceRow row : cluster.foremost()) {
            List<Object> cells = new ArrayList<>(
                    List.of(row.id(), Numbers.decimal(row.score()), row.removed() ? "removed" : "kept", known(row)));
            if (shown.hasValues()) {
                cells.add(shown.of(row.id()));
            }
            table.row(cells.toArray());
        }
        page.table(table.build());
    }

    private static String known(EvidenceRow row) {
        Boolean isAdversarial = row.isAdversarial();
        return isAdversarial == null ? "-" : isAdversarial ? "adversarial" : "not adversarial";
    }

    private static Optional<ContactSheet.Tile> tile(EvidenceRow row) {
        return Optional.ofNullable(row.picture()).map(picture -> {
            EvidencePicture.Box box = picture.marked();
            return new ContactSheet.Tile(
                    picture.png(),
                    picture.height(),
                    picture.width(),
                    box == null ? null : new ContactSheet.Region(box.top(), box.left(), box.height(), box.width()),
                    row.id(),
                    row.removed() ? "removed" : "kept");
        });
    }

    private void controls(Cluster cluster) {
        int first = cluster.foremost().size();
        Table.Builder table = Table.of("ranked by", "shares of the first " + first, "AUPRC", "AUROC");
        for (DefenseEvidence.Ranking ranking : cluster.rankings()) {
            DefenseEvidence.Curve curve = ranking.curve();
            table.row(
                    ranking.method(),
                    ranking.shared(),
                    curve == null ? "-" : Numbers.decimal(curve.averagePrecision()),
                    curve == null ? "-" : Numbers.decimal(curve.auroc()));
        }
        page.paragraph("The ranking beside others that know less. One that they beat has shown nothing.")
                .table(table.build());
    }

    private void tails() {
        DefenseEvidence.Tails tails = evidence.tails();
        List<Histogram.Group> groups = new ArrayList<>();
        group(groups, "held-out rows believed clean", tails.calibration());
        group(groups, evidence.truth() == null ? "inputs" : "inputs that are not attacked", tails.inputs());
        group(groups, "attacked inputs", tails.attacked());
        page.section("How the inputs were told apart");
        if (groups.isEmpty()) {
            page.paragraph("No input was judged by its tail: the search started from predictions that were named.");
            return;
        }
        page.figure(
                new Histogram("Tail statistic", "tail statistic", tails.threshold(), groups).svg(),
                "How far an input stands out, before anything was removed: the heaviness of the upper tail of the"
                        + " training rows' influence on it, or, where several such statistics decide, minus the"
                        + " decimal logarithm of the smallest of their p-values. Poison makes the tail heavy, because a few rows carry the prediction.");
    }

    private static void group(List<Histogram.Group> groups, String label, List<Double> values) {
        List<Double> finite = values.stream().filter(Double::isFinite).toList();
        if (!finite.isEmpty()) {
            groups.add(new Histogram.Group(label, finite));
        }
    }

    private void rounds() {
        page.section("What was tried");
        Table.Builder table = Table.of(
                "round",
                "class",
                "inputs tried",
                "taken out",
                "flip",
                "rows that flip",
                "flip at random",
                "held-out rows lost",
                "confirmed",
                "removed",
                "trainings");
        for (DefenseEvidence.Round round : evidence.rounds()) {
            table.row(
                    round.round(),
                    round.with().isEmpty()
                            ? round.label()
                            : round.label() + ", with " + String.join(", ", round.with()),
                    round.inputs(),
                    round.rowsTried(),
                    Numbers.percent(round.flipShare()),
                    Numbers.percent(orNaN(round.rowFlipShare())),
                    Numbers.percent(orNaN(round.randomFlipShare())),
                    Numbers.percent(orNaN(round.heldOutLoss())),
                    round.confirmed() ? "yes" : "no",
                    round.removed(),
                    round.trainings());
        }
        Table rounds = table.build();
        page.paragraph(rounds.rows().isEmpty() ? "Nothing was tried: too little stands out for a removal." : rule())
                .table(rounds);
        if (!evidence.stillSuspicious().isEmpty()) {
            page.paragraph("Classes that the last audit still calls suspicious: "
                    + String.join(
                            ", ",
                            evidence.stillSuspicious().stream()
                                    .map(Objects::toString)
                                    .toList()) + ".");
        }
    }

    private String rule() {
        String rows =
                evidence.comesFromIncident() ? "" : " if the rows themselves are then taken for another class as well,";
        return "The rows behind a cluster are taken out and the model is trained again. Rows are removed only if the"
                + " inputs then change class, and do not when as many random rows of the class go," + rows
                + " and if held-out rows of the class are not lost with them (beyond those lost with random rows). Of a"
                + " cluster at most " + DefenseEvidence.MOST_ASKED
                + " inputs are tried, the strongest. Classes that show something only together are tried together: what"
                + " was taken out, the shares and the trainings are then those of one trial of all of them.";
    }

    private void setting() {
        DefenseEvidence.Setting setting = evidence.setting();
        page.section("How it was done");
        Table.Builder table = Table.of()
                .row("run", evidence.subject().run())
                .row(
                        "sanitized run",
                        Optional.ofNullable(evidence.subject().out()).orElse("none"))
                .row("data", evidence.subject().data())
                .row("inputs judged", evidence.subject().inputs())
                .row("trainings", setting.trainings())
                .row("wall time", Numbers.seconds(setting.seconds()));
        for (Map.Entry<String, Long> seed : setting.seeds().entrySet()) {
            table.row("seed of " + seed.getKey(), seed.getValue());
        }
        setting.options().forEach(table::row);
        page.table(table.build());
    }
}
