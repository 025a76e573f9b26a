package org.expunge.cli.work;

import java.util.Locale;
import org.expunge.cli.render.Document;
import org.expunge.cli.render.Numbers;
import org.expunge.cli.render.Result;
import org.expunge.cli.render.Table;
import org.expunge.influence.curvature.store.FactorManifest;
import org.expunge.influence.curvature.store.FactorRecipe;

/**
 * Stored factors in brief.
 *
 * @param did what was done or found
 * @param folder where they are
 * @param factors what they were made from
 */
public record FactorReport(String did, String folder, FactorManifest factors) implements Result {
    @Override
    public Document document() {
        FactorRecipe recipe = factors.recipe();
        Document.Builder document = Document.titled(did + " " + folder)
                .table(Table.of()
                        .row("curvature", word(recipe.kind()))
                        .row("labels", word(recipe.labels()))
                        .row("rows", factors.ranges() + " of " + factors.rows())
                        .row("layers", String.join(", ", factors.layers().keySet()))
                        .row("parameters covered", Numbers.percent(factors.coveragePercent() / 100))
                        .row("backend", String.join(", ", factors.backends()))
                        .row("model", factors.model())
                        .build());
        if (!factors.isComplete()) {
            document.paragraph("Rows " + factors.missing() + " are missing: fit those too, then 'factors merge'.");
        }
        return document.build();
    }

    private static String word(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
