package org.expunge.cli.work;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import org.expunge.cli.render.Document;
import org.expunge.cli.render.Result;
import org.expunge.cli.render.Table;

/**
 * A planted attack, and what to do with it.
 *
 * @param attack the manifest
 * @param attackedInputs how many attacked test inputs there are
 */
public record DrillReport(@JsonUnwrapped Drill attack, int attackedInputs) implements Result {
    @Override
    public Document document() {
        return Document.titled("Planted: " + attack.description())
                .table(Table.of()
                        .row("clean data", attack.base())
                        .row("poisoned data", attack.data())
                        .row("attacked inputs", attack.inputs() + " (" + attackedInputs + " rows)")
                        .row("adversarial rows", String.join(", ", attack.adversarialIds()))
                        .build())
                .heading("Next")
                .paragraph("expunge train --data " + attack.data() + " --seed " + attack.seed() + " --validation "
                        + attack.validation() + " --test " + attack.test() + " --out RUN")
                .paragraph("expunge audit --run RUN --inputs test --inputs attack")
                .build();
    }
}
