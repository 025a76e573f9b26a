package org.expunge.cli.work;

import static com.google.common.base.Preconditions.checkArgument;

import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.expunge.influence.io.AtomicFiles;
import org.expunge.influence.io.BadInputException;
import org.expunge.influence.io.Csv;
import org.expunge.influence.score.ScoreMerge;
import org.expunge.influence.score.ScoreStore;
import org.expunge.influence.score.Scores;
import org.expunge.influence.score.TopK;
import org.jspecify.annotations.Nullable;

/** Scores that were kept, with the names of inputs and rows. */
public final class StoredScores {
    private final ScoreFolder folder;
    private final Scores scores;
    private final ScoreFolder.Ids ids;

    private StoredScores(ScoreFolder folder, Scores scores, ScoreFolder.Ids ids) {
        this.folder = folder;
        this.scores = scores;
        this.ids = ids;
    }

    /**
     * Opens finished scores.
     *
     * @throws BadInputException if there are none, or they are damaged
     */
    public static StoredScores open(ScoreFolder folder) throws IOException {
        return new StoredScores(folder, folder.scores(), folder.ids());
    }

    /**
     * Puts scores of the same rows by the same method together.
     *
     * @param out the folder to write
     * @param parts the folders, at least 1
     * @return the merged scores
     * @throws BadInputException if they do not belong together
     */
    public static StoredScores merge(ScoreFolder out, List<ScoreFolder> parts) throws IOException {
        List<String> queries = new ArrayList<>();
        for (ScoreFolder part : parts) {
            for (String query : part.ids().queries()) {
                if (queries.contains(query)) {
                    throw new BadInputException(part.path(), "holds input '" + query + "', as another part does");
                }
            }
            queries.addAll(part.ids().queries());
        }
        checkArgument(!Files.exists(out.table()), "%s exists already", out.table());
        ScoreMerge.merge(out.table(), parts.stream().map(ScoreFolder::table).toList());
        out.writeIds(queries, parts.get(0).ids().rows());
        return open(out);
    }

    /** Returns how many scores there are. */
    public long cells() {
        return (long) scores.queries() * scores.rows();
    }

    /**
     * Finds inputs.
     *
     * @param wanted ids; all if there are none
     * @return their positions
     * @throws IllegalArgumentException if one is not known
     */
    public int[] positions(List<String> wanted) {
        if (wanted.isEmpty()) {
            return IntStream.range(0, scores.queries()).toArray();
        }
        return wanted.stream()
                .mapToInt(id -> {
                    int position = ids.queries().indexOf(id);
                    checkArgument(position >= 0, "'%s' is no input of %s", id, folder.path());
                    return position;
                })
                .toArray();
    }

    /** Says how the scores were made and how they are spread. */
    public ScoreSummary summary() {
        List<ScoreSummary.Spread> spreads = IntStream.range(0, scores.queries())
                .mapToObj(q -> ScoreSummary.Spread.of(ids.queries().get(q), scores.row(q)))
                .toList();
        return new ScoreSummary(folder.table().toString(), scores.provenance(), scores.rows(), spreads);
    }

    /** Lists the foremost rows of some inputs. */
    public InfluenceReport top(int[] positions, int top) {
        List<InfluenceReport.Query> listed = IntStream.of(positions)
                .mapToObj(q -> new InfluenceReport.Query(
                        ids.queries().get(q),
                        null,
                        null,
                        named(TopK.of(scores.row(q), top, TopK.End.PROPONENTS)),
                        named(TopK.of(scores.row(q), top, TopK.End.OPPONENTS))))
                .toList();
        return new InfluenceReport(
                folder.path().toString(), folder.table().toString(), scores.provenance(), scores.rows(), listed);
    }

    private List<ScoredRow> named(List<TopK.Ranked> rows) {
        return rows.stream()
                .map(r -> new ScoredRow(ids.rows().get(r.row()), null, r.score()))
                .toList();
    }

    /**
     * Writes scores as CSV, one line a score.
     *
     * @param positions the inputs
     * @param top rows at either end of each, or null for all in their order
     * @param out the file
     * @return how many scores were written
     * @throws IOException if it cannot be written
     */
    public long export(int[] positions, @Nullable Integer top, Path out) throws IOException {
        long[] lines = {0};
        AtomicFiles.write(out, stream -> {
            BufferedWriter writer = new BufferedWriter(new OutputStreamWriter(stream, StandardCharsets.UTF_8));
            writer.write("input,row,score\n");
            for (int q : positions) {
                String input = Csv.quoted(ids.queries().get(q));
                for (ScoredRow row : exported(scores.row(q), top)) {
                    writer.write(input + "," + Csv.quoted(row.id()) + "," + row.score() + "\n");
                    lines[0]++;
                }
            }
            writer.flush();
        });
        return lines[0];
    }

    private List<ScoredRow> exported(double[] row, @Nullable Integer top) {
        if (top == null) {
            return IntStream.range(0, row.length)
                    .mapToObj(i -> new ScoredRow(ids.rows().get(i), null, row[i]))
                    .toList();
        }
        List<TopK.Ranked> opponents = new ArrayList<>(TopK.of(row, top, TopK.End.OPPONENTS));
        List<TopK.Ranked> proponents = TopK.of(row, top, TopK.End.PROPONENTS);
        opponents.removeAll(proponents); // where there are fewer than 2 N rows
        Collections.reverse(opponents);
        return named(Stream.concat(proponents.stream(), opponents.stream()).toList());
    }

    /**
     * Reads the scores whole and compares them with their checksum.
     *
     * @return the file
     * @throws BadInputException if they were changed
     */
    public Path verify() throws IOException {
        ScoreStore.verify(folder.table());
        return folder.table();
    }
}
