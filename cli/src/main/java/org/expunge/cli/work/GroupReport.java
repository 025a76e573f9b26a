package org.expunge.cli.work;

import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import org.expunge.cli.render.Document;
import org.expunge.cli.render.Numbers;
import org.expunge.cli.render.Result;
import org.expunge.cli.render.Table;
import org.expunge.influence.score.Provenance;
import org.expunge.influence.score.group.GroupInfluence;

/**
 * What removing groups of training rows is predicted to do.
 *
 * @param run the run
 * @param rises the file with all predictions
 * @param groups the groups, in the order given
 */
public record GroupReport(String run, String rises, List<Group> groups) implements Result {
    /** The text shows this many inputs of a group; the files and the JSON hold all. */
    private static final int SHOWN = 10;

    /**
     * One group.
     *
     * @param name the file that named it
     * @param rows how many
     * @param order how the removal was predicted
     * @param objective what the model is trained on without it
     * @param evidence how the solves ended
     * @param rises of each input
     */
    public record Group(
            String name,
            int rows,
            GroupInfluence.Order order,
            GroupInfluence.Objective objective,
            Provenance.Inverse evidence,
            List<Rise> rises) {
        private double mean() {
            return rises.stream().mapToDouble(Rise::rise).average().orElse(Double.NaN);
        }
    }

    /**
     * One input.
     *
     * @param input its id
     * @param rise of its loss
     */
    public record Rise(String input, double rise) {}

    @Override
    public Document document() {
        Document.Builder document = Document.titled("Removing rows of " + run)
                .paragraph("Predicted rise of each input's loss when the whole group is removed.")
                .table(Table.of().row("all predictions", rises).build());
        for (Group group : groups) {
            Table.Builder table = Table.of("input", "rise");
            group.rises().stream()
                    .sorted(Comparator.comparingDouble((Rise rise) -> -Math.abs(rise.rise())))
                    .limit(SHOWN)
                    .forEach(rise -> table.row(rise.input(), Numbers.decimal(rise.rise())));
            document.heading(group.name() + ", " + group.rows() + " rows")
                    .table(Table.of()
                            .row("order", group.order().name().toLowerCase(Locale.ROOT))
                            .row("objective", group.objective().name().toLowerCase(Locale.ROOT))
                            .row("mean rise", Numbers.decimal(group.mean()))
                            .row("unconverged solves", group.evidence().unconverged())
                            .build())
                    .table(table.build());
        }
        return document.build();
    }
}
