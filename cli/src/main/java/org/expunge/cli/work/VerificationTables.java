package org.expunge.cli.work;

import java.util.stream.Stream;
import org.expunge.cli.render.Document;
import org.expunge.cli.render.Numbers;
import org.expunge.cli.render.Table;
import org.expunge.influence.training.Metrics;
import org.expunge.unlearning.verify.Closeness;
import org.expunge.unlearning.verify.GateResult;
import org.expunge.unlearning.verify.ModelFigures;
import org.expunge.unlearning.verify.Verification;

/** A verification in tables. */
final class VerificationTables {
    private VerificationTables() {}

    static void append(Document.Builder document, Verification verification) {
        document.heading("Verification: " + verification.verdict().name().toLowerCase(java.util.Locale.ROOT))
                .table(gates(verification))
                .heading("Figures")
                .table(figures(verification));
        if (!verification.closeness().isEmpty()) {
            document.heading("Distance to a retrained model").table(closeness(verification));
        }
        verification.limits().forEach(document::paragraph);
    }

    private static Table gates(Verification verification) {
        Table.Builder table = Table.of("gate", "verdict", "reason");
        for (GateResult gate : verification.gates()) {
            table.row(gate.gate(), gate.verdict().name().toLowerCase(java.util.Locale.ROOT), gate.reason());
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
}
