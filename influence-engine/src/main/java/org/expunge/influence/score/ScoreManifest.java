package org.expunge.influence.score;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.expunge.influence.data.Dataset;

/**
 * What a stored table of scores was made from. A file with another manifest is stale.
 *
 * @param method name of the estimator
 * @param queries m
 * @param rows n
 * @param queriesPerBlock queries of a block
 * @param rowsPerBlock training rows of a block
 * @param inputs by name, sorted: digests of the rows, the queries and the models, and settings that change scores
 */
public record ScoreManifest(
        String method, int queries, int rows, int queriesPerBlock, int rowsPerBlock, SortedMap<String, String> inputs) {

    /** Copies the map. */
    public ScoreManifest {
        inputs = new TreeMap<>(inputs);
    }

    /** Describes what an estimator would compute. Reads all rows once. */
    public static ScoreManifest of(Estimator estimator, Dataset train, Dataset queries) {
        MemoryPlan plan = estimator.plan(train.size(), queries.size());
        SortedMap<String, String> inputs = new TreeMap<>(estimator.inputs());
        inputs.put("train", InputDigests.of(train));
        inputs.put("queries", InputDigests.of(queries));
        return new ScoreManifest(
                estimator.method(), queries.size(), train.size(), plan.queriesPerBlock(), plan.rowsPerBlock(), inputs);
    }

    /** Returns the names of what differs, sorted; empty if nothing does. */
    List<String> differences(ScoreManifest other) {
        Map<String, String> mine = flat();
        Map<String, String> others = other.flat();
        TreeSet<String> names = new TreeSet<>(mine.keySet());
        names.addAll(others.keySet());
        List<String> differing = new ArrayList<>(names);
        differing.removeIf(name -> mine.getOrDefault(name, "none").equals(others.getOrDefault(name, "none")));
        return differing;
    }

    /** Returns the first row of blocks to the last, in the order of work. */
    int blocks() {
        int down = (rows + rowsPerBlock - 1) / rowsPerBlock;
        int across = (queries + queriesPerBlock - 1) / queriesPerBlock;
        return Math.multiplyExact(down, across);
    }

    /** Returns the place of a block in the order of work. */
    int index(BlockRange range) {
        int down = (rows + rowsPerBlock - 1) / rowsPerBlock;
        return range.queryFrom() / queriesPerBlock * down + range.rowFrom() / rowsPerBlock;
    }

    /** Returns the block at a place in the order of work. */
    BlockRange range(int index) {
        int down = (rows + rowsPerBlock - 1) / rowsPerBlock;
        int queryFrom = index / down * queriesPerBlock;
        int rowFrom = index % down * rowsPerBlock;
        return new BlockRange(
                queryFrom,
                Math.min(queriesPerBlock, queries - queryFrom),
                rowFrom,
                Math.min(rowsPerBlock, rows - rowFrom));
    }

    private Map<String, String> flat() {
        Map<String, String> flat = new TreeMap<>(inputs);
        flat.put("method", method);
        flat.put("queries", flat.get("queries") + " x" + queries);
        flat.put("train", flat.get("train") + " x" + rows);
        flat.put("block size", queriesPerBlock + " x " + rowsPerBlock);
        return flat;
    }
}
