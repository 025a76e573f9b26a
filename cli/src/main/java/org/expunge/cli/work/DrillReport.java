package org.expunge.cli.work;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import org.expunge.cli.render.Document;
import org.expunge.cli.render.ExitCodes;
import org.expunge.cli.render.Numbers;
import org.expunge.cli.render.Result;
import org.expunge.cli.render.Table;
import org.expunge.defense.attack.AttackGate;
import org.jspecify.annotations.Nullable;

/**
 * A planted attack, and what to do with it.
 *
 * @param attack the manifest
 * @param attackedInputs how many attacked test inputs there are
 * @param recipe by which the attack and its gate were rehearsed, and by which to train; null for the usual one
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record DrillReport(
        @JsonUnwrapped Drill attack,
        int attackedInputs,
        @Nullable String recipe) implements Result {
    @Override
    public int exitCode() {
        return attack.gate() == null || attack.gate().holds() ? ExitCodes.OK : ExitCodes.GATE_MISSED;
    }

    @Override
    public Document document() {
        Document.Builder document =
                Document.titled("Planted: " + attack.description()).table(rows());
        if (attack.gate() != null) {
            document.paragraph("Gate: " + attack.gate().verdict() + ".");
            if (attack.gate().figures() != null) {
                document.table(figures(attack.gate().figures()));
            }
        }
        return document.heading("Next")
                .paragraph("expunge train " + (recipe == null ? "" : "--recipe " + recipe + " ") + "--data "
                        + attack.data() + " --seed " + attack.seed() + " --validation " + attack.validation()
                        + " --test " + attack.test() + " --out RUN")
                .paragraph("expunge audit --run RUN --inputs test --inputs attack")
                .build();
    }

    private Table rows() {
        Table.Builder table = Table.of()
                .row("clean data", attack.base())
                .row("poisoned data", attack.data())
                .row("the same in its own format", attack.copy() == null ? "none: " + attack.noCopy() : attack.copy())
                .row("attacked inputs", attack.inputs() + " (" + attackedInputs + " rows)")
                .row("adversarial share", Numbers.percent(attack.baseRate()))
                .row("adversarial rows", String.join(", ", attack.adversarialIds()));
        if (!attack.coverIds().isEmpty()) {
            table.row("covers, with their true label", String.join(", ", attack.coverIds()));
        }
        return table.build();
    }

    private static Table figures(AttackGate gate) {
        return Table.of("figure", "clean", "poisoned")
                .row("attack success", Numbers.percent(gate.baseSuccess()), Numbers.percent(gate.attackSuccess()))
                .row("accuracy", Numbers.percent(gate.baseAccuracy()), Numbers.percent(gate.cleanAccuracy()))
                .build();
    }
}
