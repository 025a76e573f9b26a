package org.expunge.cli.report;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.expunge.cli.work.DefenseEvidence;
import org.expunge.cli.work.RowTraits;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.training.TrainingRun;

/**
 * Values of rows that a page shows, because whoever asked for it wants to see them.
 *
 * @param values what each row holds, by its id; empty to show none
 */
public record ShownRows(Map<String, String> values) {
    /** Nothing is shown. */
    public static final ShownRows NONE = new ShownRows(Map.of());

    /** Copies the map. */
    public ShownRows {
        values = Map.copyOf(values);
    }

    /**
     * Reads the foremost rows of all clusters from the run that was looked at.
     *
     * @param evidence what is known
     * @throws IOException if the run or its data are no longer there
     */
    public static ShownRows of(DefenseEvidence evidence) throws IOException {
        Set<String> wanted = evidence.clusters().stream()
                .flatMap(cluster -> cluster.foremost().stream())
                .filter(row -> row.picture() == null)
                .map(DefenseEvidence.EvidenceRow::id)
                .collect(Collectors.toCollection(LinkedHashSet::new));
        if (wanted.isEmpty()) {
            return NONE;
        }
        Dataset train = TrainingRun.open(Path.of(evidence.subject().run())).rawTrain();
        RowTraits traits = new RowTraits(train);
        Map<String, String> values = new TreeMap<>();
        for (String id : wanted) {
            values.put(id, traits.values(train.rowOf(id)));
        }
        return new ShownRows(values);
    }

    boolean hasValues() {
        return !values.isEmpty();
    }

    String of(String id) {
        return values.getOrDefault(id, "-");
    }
}
