package org.expunge.cli.work;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.expunge.cli.render.Document;
import org.expunge.cli.render.ExitCodes;
import org.expunge.cli.render.Numbers;
import org.expunge.cli.render.Result;
import org.expunge.cli.render.Table;
import org.expunge.defense.attack.AttackGate;
import org.expunge.defense.sanitize.SanitizeVerdict;
import org.expunge.unlearning.verify.Closeness;
import org.expunge.unlearning.verify.Verdict;
import org.expunge.unlearning.verify.Verification;
import org.jspecify.annotations.Nullable;

/**
 * What the demonstration did.
 *
 * @param out the folder with its runs
 * @param seed root of everything random
 * @param attack what was planted
 * @param gate whether the attack works at all
 * @param audit the audit of the poisoned run; null if the attack failed
 * @param sanitize the sanitizing; null if the attack failed
 * @param forget the removals; empty if the attack failed
 * @param wallSeconds wall time of all of it
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record DemoReport(
        String out,
        long seed,
        Drill attack,
        Gate gate,
        @Nullable AuditReport audit,
        @Nullable SanitizeReport sanitize,
        List<ForgetReport> forget,
        double wallSeconds)
        implements Result {

    /**
     * Whether an attack works at all. A defense is only measured against one that does.
     *
     * @param attackSuccess share of attacked test inputs that the poisoned model takes for the target class
     * @param baseSuccess the same share of the model trained on clean rows
     * @param accuracy test accuracy of the poisoned model
     * @param baseAccuracy test accuracy of the model trained on clean rows
     */
    public record Gate(double attackSuccess, double baseSuccess, double accuracy, double baseAccuracy) {
        /** The least attack success that counts. */
        static final double LEAST_SUCCESS = 0.95;

        boolean holds() {
            return attackSuccess >= LEAST_SUCCESS && restsOnRows();
        }

        private boolean restsOnRows() {
            return new AttackGate(attackSuccess, baseSuccess, accuracy, baseAccuracy).restsOnRows();
        }

        private String failure() {
            return attackSuccess >= LEAST_SUCCESS
                    ? "a clean model gives the same answer for " + Numbers.percent(baseSuccess) + " of its inputs"
                    : "its success is under " + Numbers.percent(LEAST_SUCCESS);
        }
    }

    static DemoReport attackFailed(Path out, long seed, Drill attack, Gate gate, double wallSeconds) {
        return new DemoReport(out.toString(), seed, attack, gate, null, null, List.of(), wallSeconds);
    }

    @Override
    public int exitCode() {
        boolean isDefended = sanitize != null && sanitize.verdict() == SanitizeVerdict.SANITIZED;
        return isDefended && forget.stream().allMatch(DemoReport::isUnrefuted) ? ExitCodes.OK : ExitCodes.GATE_MISSED;
    }

    private static boolean isUnrefuted(ForgetReport report) {
        Verification verification = report.verification();
        return verification != null && verification.verdict() != Verdict.FAIL;
    }

    @Override
    public Document document() {
        return builder().build();
    }

    /** Returns the same with every report on the way behind it. */
    Document fullDocument() {
        Document.Builder document = builder();
        if (audit != null && sanitize != null) {
            document.append(audit.document()).append(sanitize.document());
        }
        forget.forEach(report -> document.append(report.document()));
        return document.build();
    }

    private Document.Builder builder() {
        Document.Builder document = Document.titled("Expunge demonstration, seed " + seed)
                .paragraph("Planted: " + attack.description() + ".");
        if (audit == null || sanitize == null) {
            return document.paragraph("attack failed: " + gate.failure()
                            + ", so there is nothing to defend against; try another --seed")
                    .table(attackTable());
        }
        return document.paragraph("Audit: " + audit.verdict() + ".")
                .paragraph("Sanitizing: " + sanitize.verdict().sentence() + ".")
                .heading("Attack and defense")
                .table(defenseTable(sanitize))
                .heading("Rankings")
                .table(rankingTable(audit))
                .heading("Forgetting " + forget.get(0).ids().size() + " rows: "
                        + String.join(", ", forget.get(0).ids()))
                .table(forgetTable())
                .paragraph("wall time " + Numbers.seconds(wallSeconds) + "; runs and report.md are in " + out);
    }

    private Table attackTable() {
        return successAndAccuracy(Double.NaN, Double.NaN)
                .row("wall time", "", Numbers.seconds(wallSeconds), "")
                .build();
    }

    private Table defenseTable(SanitizeReport sanitize) {
        DefenseEvidence.Truth truth = sanitize.truth();
        double success = truth == null ? Double.NaN : truth.successAfter();
        Table.Builder table = successAndAccuracy(success, sanitize.accuracyAfter());
        if (truth != null) {
            table.row("adversarial rows removed", "", "", Numbers.percent(truth.adversarialShare()))
                    .row("clean rows removed", "", "", Numbers.percent(truth.cleanShare()));
        }
        return table.build();
    }

    private Table.Builder successAndAccuracy(double successAfter, double accuracyAfter) {
        return Table.of("figure", "clean", "attacked", "sanitized")
                .row(
                        "attack success",
                        Numbers.percent(gate.baseSuccess()),
                        Numbers.percent(gate.attackSuccess()),
                        Numbers.percent(successAfter))
                .row(
                        "accuracy",
                        Numbers.percent(gate.baseAccuracy()),
                        Numbers.percent(gate.accuracy()),
                        Numbers.percent(accuracyAfter));
    }

    /**
     * AUPRC of each ranking beside what a random one gives, of all rows and, where only a class is ranked, of its rows.
     */
    private static Table rankingTable(AuditReport audit) {
        Table.Builder table = Table.of("what is ranked", "by", "AUPRC", "base rate", "class prior");
        AuditReport.Truth truth = audit.truth();
        if (truth != null) {
            String base = Numbers.decimal(truth.baseRate());
            table.row("inputs under attack", audit.method(), Numbers.decimal(truth.averagePrecision()), base, "-")
                    .row("inputs under attack", "confidence", known(truth.confidencePrecision()), base, "-");
        }
        for (AuditReport.Trace trace : audit.traces()) {
            for (AuditReport.Ranking ranking : trace.rankings()) {
                table.row(
                        "adversarial rows, class " + trace.label(),
                        ranking.method(),
                        known(ranking.averagePrecision()),
                        known(trace.baseRate()),
                        known(trace.classPrior()));
            }
        }
        return table.build();
    }

    private static String known(@Nullable Double figure) {
        return figure == null ? "-" : Numbers.decimal(figure);
    }

    private Table forgetTable() {
        Table.Builder table = Table.of(
                "method",
                "verdict",
                "loss on the rows",
                "with them",
                "retrained",
                "distance to retrained",
                "wall time");
        for (ForgetReport report : forget) {
            Verification verification = report.verification();
            if (verification == null) {
                table.row(
                        report.method(),
                        "no acceptable model",
                        "-",
                        "-",
                        "-",
                        "-",
                        Numbers.seconds(report.cost().seconds()));
            } else {
                table.row(
                        report.method(),
                        verification.verdict().name().toLowerCase(Locale.ROOT),
                        Numbers.decimal(verification.after().forget().loss()),
                        Numbers.decimal(verification.before().forget().loss()),
                        Numbers.decimal(verification.retrained().get(0).forget().loss()),
                        Numbers.decimal(distance(verification)),
                        Numbers.seconds(report.cost().seconds()));
            }
        }
        return table.build();
    }

    private static double distance(Verification verification) {
        return verification.closeness().stream()
                .filter(closeness ->
                        closeness.model().equals(verification.after().model()))
                .mapToDouble(Closeness::distance)
                .findFirst()
                .orElse(Double.NaN);
    }
}
