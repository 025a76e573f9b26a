package org.expunge.influence.curvature.store;

import com.fasterxml.jackson.annotation.JsonIgnore;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.expunge.influence.data.RowRange;

/**
 * What stored factors were made from.
 *
 * @param version of the format
 * @param recipe everything that decides them beside model and rows
 * @param model digest of the model's layers and numbers
 * @param data digest of all rows, also where only some of them are in
 * @param rows how many there are in all
 * @param ranges which of them are in, ascending
 * @param basis digest of the K-FAC factors that EK-FAC corrects; {@link #NO_BASIS} for other kinds
 * @param backends where parts were computed, sorted: names of computes, or of devices where several shared the work
 * @param layers parameters covered of each layer that takes part
 * @param parameters p, of the whole model
 * @param arrays the files, by what they hold
 */
public record FactorManifest(
        int version,
        FactorRecipe recipe,
        String model,
        String data,
        int rows,
        List<RowRange> ranges,
        String basis,
        List<String> backends,
        SortedMap<String, Integer> layers,
        int parameters,
        SortedMap<String, StoredArray> arrays) {
    /** The format that this code writes. */
    public static final int VERSION = 1;

    /** Stands for the digest of factors that are not needed. */
    public static final String NO_BASIS = "none";

    /**
     * A file of numbers.
     *
     * @param file its name within the folder
     * @param length how many numbers
     * @param sha256 of the file
     */
    public record StoredArray(String file, int length, String sha256) {}

    /** Copies lists and maps; ranges are sorted. */
    public FactorManifest {
        ranges = ranges.stream().sorted().toList();
        backends = backends.stream().sorted().distinct().toList();
        layers = new TreeMap<>(layers);
        arrays = new TreeMap<>(arrays);
    }

    /** Returns the rows that are not in, ascending. */
    public List<RowRange> missing() {
        List<RowRange> missing = new ArrayList<>();
        int next = 0;
        for (RowRange range : ranges) {
            if (range.from() > next) {
                missing.add(new RowRange(next, range.from()));
            }
            next = Math.max(next, range.to());
        }
        if (next < rows) {
            missing.add(new RowRange(next, rows));
        }
        return missing;
    }

    /** Returns whether all rows are in, so that the factors can be used. */
    @JsonIgnore
    public boolean isComplete() {
        return missing().isEmpty();
    }

    /** Returns the share of the model's parameters that take part, in percent. */
    public double coveragePercent() {
        return 100.0 * layers.values().stream().mapToLong(Integer::longValue).sum() / parameters;
    }

    /** Returns the names of what differs between two fits that should be of the same factors; sorted. */
    List<String> differences(FactorManifest other) {
        List<String> differences = new ArrayList<>();
        if (!basis.equals(other.basis)) {
            differences.add("basis");
        }
        if (!model.equals(other.model)) {
            differences.add("model");
        }
        if (!recipe.equals(other.recipe)) {
            differences.add("recipe");
        }
        if (!data.equals(other.data) || rows != other.rows) {
            differences.add("rows");
        }
        return differences;
    }

    FactorManifest with(List<RowRange> newRanges, List<String> newBackends) {
        return new FactorManifest(
                version, recipe, model, data, rows, newRanges, basis, newBackends, layers, parameters, arrays);
    }

    FactorManifest with(SortedMap<String, StoredArray> newArrays) {
        return new FactorManifest(
                version, recipe, model, data, rows, ranges, basis, backends, layers, parameters, newArrays);
    }
}
