package org.expunge.cli.work;

import java.util.Locale;
import java.util.stream.Stream;
import org.expunge.cli.render.Document;
import org.expunge.cli.render.Numbers;
import org.expunge.cli.render.Table;
import org.expunge.influence.training.Metrics;
import org.expunge.unlearning.membership.Interval;
import org.expunge.unlearning.verify.AttackEvidence;
import org.expunge.unlearning.verify.ClassUtility;
import org.expunge.unlearning.verify.Closeness;
import org.expunge.unlearning.verify.GateResult;
import org.expunge.unlearning.verify.ModelFigures;
import org.expunge.unlearning.verify.Verification;

/** A verification in tables. */
final class VerificationTables {
    private VerificationTables() {}

    static void append(Document.Builder document, Verification verification) {
        document.heading("Verification: " + verification.verdict().name().toLowerCase(Locale.ROOT))
                .table(gates(verification))
                .heading("Figures")
                .table(figures(verification));
        if (!verification.closeness().isEmpty()) {
            document.heading("Distance to a retrained model").table(closeness(verification));
        }
        if (verification.classes().size() > 1) {
            document.heading("Accuracy on test rows by class").table(classes(verification));
        }
        for (AttackEvidence attack : verification.attacks()) {
            document.heading("Attack " + attack.attack())
                    .paragraph(String.format(
                            Locale.ROOT,
                            "On %s; %d trainings, %s.",
                            attack.subject(),
                            attack.models(),
                            Numbers.seconds(attack.seconds())))
                    .table(attack(attack));
        }
        verification.limits().forEach(document::paragraph);
    }

    private static Table gates(Verification verification) {
        Table.Builder table = Table.of("gate", "verdict", "reason");
        for (GateResult gate : verification.gates()) {
            table.row(gate.gate(), gate.verdict().name().toLowerCase(Locale.ROOT), gate.reason());
        }
        return table.build();
    }

    private static Table figures(Verification verification) {
        Table.Builder table = Table.of(
                "model",
                "forget accuracy",
                "forget loss",
                "retain accuracy",
                "retain loss",
                "test accuracy",
                "test loss",
                "membership AUC");
        Stream.concat(Stream.of(verification.before(), verification.after()), verification.retrained().stream())
                .forEach(model -> table.row(
                        model.model(),
                        accuracy(model.forget()),
                        Numbers.decimal(model.forget().loss()),
                        accuracy(model.retain()),
                        Numbers.decimal(model.retain().loss()),
                        accuracy(model.test()),
                        Numbers.decimal(model.test().loss()),
                        auc(model)));
        return table.build();
    }

    private static String accuracy(Metrics metrics) {
        Double accuracy = metrics.accuracy();
        return accuracy == null ? "-" : Numbers.percent(accuracy);
    }

    private static String auc(ModelFigures model) {
        return model.attack()
                .match(
                        measured -> Numbers.decimal(measured.auc()),
                        few -> "- (" + few.members() + " rows, needs " + few.needed() + ")");
    }

    private static Table closeness(Verification verification) {
        Table.Builder table = Table.of("model", "measure", "distance", "tug of war");
        for (Closeness closeness : verification.closeness()) {
            Double tow = closeness.tow();
            table.row(
                    closeness.model(),
                    closeness.measure(),
                    Numbers.decimal(closeness.distance()),
                    tow == null ? "-" : Numbers.decimal(tow));
        }
        return table.build();
    }

    private static Table classes(Verification verification) {
        Table.Builder table = Table.of("class", "rows", "before", "after", "retrained");
        for (ClassUtility of : verification.classes()) {
            table.row(
                    of.isGone() ? of.name() + " (no row remains)" : of.name(),
                    of.rows(),
                    Numbers.percent(of.before()),
                    Numbers.percent(of.after()),
                    of.retrained().isEmpty()
                            ? "-"
                            : String.join(
                                    ", ",
                                    of.retrained().stream()
                                            .map(Numbers::percent)
                                            .toList()));
        }
        return table.build();
    }

    private static Table attack(AttackEvidence attack) {
        Table.Builder table = Table.of("model", "figure", "value", "95 % interval", "where forgotten");
        for (AttackEvidence.Line line : attack.lines()) {
            for (AttackEvidence.Figure figure : line.figures()) {
                Interval interval = figure.interval();
                Double forgotten = figure.forgotten();
                table.row(
                        line.model(),
                        figure.name(),
                        Numbers.decimal(figure.value()),
                        interval == null
                                ? "-"
                                : Numbers.decimal(interval.low()) + " to " + Numbers.decimal(interval.high()),
                        forgotten == null ? "as retrained" : Numbers.decimal(forgotten));
            }
        }
        return table.build();
    }
}
