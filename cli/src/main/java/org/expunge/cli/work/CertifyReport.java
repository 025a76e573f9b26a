package org.expunge.cli.work;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import org.expunge.cli.render.Document;
import org.expunge.cli.render.Numbers;
import org.expunge.cli.render.Result;
import org.expunge.cli.render.Table;
import org.expunge.defense.certify.CertifiedAccuracy;
import org.expunge.defense.certify.CertifiedPrediction;
import org.expunge.defense.certify.PartitionEnsemble;
import org.jspecify.annotations.Nullable;

/**
 * What was certified.
 *
 * @param run the run whose rows and recipe were used
 * @param out the folder of the ensemble or the certificate
 * @param method the method
 * @param covers what a radius counts, and what is not covered
 * @param trainingRows n
 * @param ensemble the members; null for smoothing
 * @param runAccuracy accuracy of the run's own model on the test rows, which has no certificate
 * @param test accuracy and certified accuracy on the test rows
 * @param attackSuccess share of the attacked inputs that are taken for the attacker's class; null unless the run was
 *     trained under an attack of our own that has inputs
 * @param attackNotJudged why there is no such share of a run trained under an attack of our own; else null
 * @param inputs predictions on the inputs that were asked about
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record CertifyReport(
        String run,
        String out,
        String method,
        String covers,
        int trainingRows,
        @Nullable Ensemble ensemble,
        double runAccuracy,
        CertifiedAccuracy test,
        @Nullable Double attackSuccess,
        @Nullable String attackNotJudged,
        List<Input> inputs)
        implements Result {
    private static final int LISTED = 50;

    /** Copies the list. */
    public CertifyReport {
        inputs = List.copyOf(inputs);
    }

    /**
     * The members.
     *
     * @param members how many
     * @param constantMembers how many of them name class 0 always, having no rows or no finite training
     * @param fewestRows fewest rows that one saw
     * @param mostRows most rows that one saw
     */
    public record Ensemble(int members, int constantMembers, int fewestRows, int mostRows) {
        static Ensemble of(PartitionEnsemble ensemble) {
            List<Integer> rows = ensemble.memberRows();
            return new Ensemble(
                    ensemble.members(),
                    ensemble.constantMembers(),
                    rows.stream().mapToInt(i -> i).min().orElse(0),
                    rows.stream().mapToInt(i -> i).max().orElse(0));
        }
    }

    /**
     * One prediction.
     *
     * @param id the input
     * @param label its class
     * @param className the class's name
     * @param radius how many changes leave it so; -1 if not even the class is proven
     */
    public record Input(String id, int label, String className, int radius) {}

    @Override
    public Document document() {
        Document.Builder document = Document.titled("Certified predictions for " + run)
                .paragraph("Method: " + method + ". A radius counts changes of the training rows: " + covers + ".")
                .table(facts())
                .heading("Test rows that stay right")
                .table(curve());
        if (!inputs.isEmpty()) {
            document.heading("Inputs" + (inputs.size() > LISTED ? ", the first " + LISTED : ""))
                    .table(inputTable());
        }
        return document.build();
    }

    private Table facts() {
        Table.Builder table = Table.of()
                .row("training rows", trainingRows)
                .row("accuracy", Numbers.percent(test.accuracy()) + " of " + test.rows() + " test rows")
                .row("the run's own model", Numbers.percent(runAccuracy) + ", without a certificate");
        Ensemble voters = ensemble;
        if (voters != null) {
            String constant = voters.constantMembers() == 0 ? "" : ", " + voters.constantMembers() + " constant";
            table.row(
                    "members",
                    voters.members() + " of " + voters.fewestRows() + " to " + voters.mostRows() + " rows" + constant);
        }
        if (attackSuccess != null) {
            table.row("attack success", Numbers.percent(attackSuccess));
        }
        if (attackNotJudged != null) {
            table.row("attack success", attackNotJudged);
        }
        return table.row("written to", out).build();
    }

    private Table curve() {
        Table.Builder table = Table.of("changed rows", "right and certified");
        test.points().forEach(point -> table.row(point.radius(), Numbers.percent(point.share())));
        return table.build();
    }

    private Table inputTable() {
        Table.Builder table = Table.of("input", "class", "radius");
        inputs.stream()
                .limit(LISTED)
                .forEach(input -> table.row(
                        input.id(),
                        input.className(),
                        input.radius() == CertifiedPrediction.ABSTAINS ? "not proven" : input.radius()));
        return table.build();
    }
}
