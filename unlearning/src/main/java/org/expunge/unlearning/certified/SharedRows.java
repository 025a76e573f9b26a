package org.expunge.unlearning.certified;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.expunge.influence.data.DataSpec;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.data.RowHasher;
import org.expunge.influence.training.RunRow;
import org.expunge.influence.training.Split;
import org.expunge.influence.training.TrainingRun;

/**
 * How many of a head's rows a run learned from. Rows that were taken out of the run count as well: their traces need
 * not be gone.
 *
 * @param seen rows that the run has by an id that somebody gave them, or by content up to rounding
 * @param numbered other rows whose id the run has too, where that id is but the row's number in its file
 */
record SharedRows(int seen, int numbered) {
    static SharedRows of(TrainingRun run, Dataset train, DataSpec source) throws IOException {
        DataSpec other = run.recipe().data().source();
        boolean isSameId = other.equals(source) || (hasNames(other) && hasNames(source));
        Set<String> ids = new HashSet<>();
        Set<String> removed = new HashSet<>();
        Set<String> tokens = new HashSet<>();
        for (RunRow row : run.rows()) {
            if (row.split() != Split.TEST) {
                ids.add(row.id());
                tokens.add(row.token());
                if (row.isRemoved()) {
                    removed.add(row.id());
                }
            }
        }
        Optional<NearRows> near = near(known(run, removed), train);
        Optional<RowHasher> hasher = run.rowHasher();
        List<String> ownTokens = hasher.isPresent() ? hasher.get().hashAll(train) : List.of();
        int seen = 0;
        int numbered = 0;
        for (int i = 0; i < train.size(); i++) {
            boolean hasId = ids.contains(train.id(i));
            boolean isToken = !ownTokens.isEmpty() && tokens.contains(ownTokens.get(i));
            double[] row = train.row(i);
            if ((hasId && isSameId)
                    || isToken
                    || near.filter(rows -> rows.contains(row)).isPresent()) {
                seen++;
            } else if (hasId) {
                numbered++;
            }
        }
        return new SharedRows(seen, numbered);
    }

    /** Whether the ids were given with the rows, so that an equal one is the same row's wherever it is found. */
    private static boolean hasNames(DataSpec source) {
        return source.isTable()
                ? source.options().containsKey("id")
                : source.scheme().equals("images");
    }

    private static List<Dataset> known(TrainingRun run, Set<String> removed) throws IOException {
        List<Dataset> known = new ArrayList<>();
        known.add(run.raw().train());
        known.add(run.raw().validation());
        if (!removed.isEmpty()) {
            Dataset all = run.load().train();
            known.add(all.select(IntStream.range(0, all.size())
                    .filter(row -> removed.contains(all.id(row)))
                    .toArray()));
        }
        return known;
    }

    /** Rows of another width have other numbers. */
    private static Optional<NearRows> near(List<Dataset> known, Dataset train) {
        int width = train.shape().length();
        List<Dataset> comparable =
                known.stream().filter(rows -> rows.shape().length() == width).toList();
        return comparable.isEmpty() ? Optional.empty() : Optional.of(new NearRows(comparable, train));
    }
}
