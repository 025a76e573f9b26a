package org.expunge.influence.curvature.store;

import static com.google.common.base.Preconditions.checkArgument;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import org.expunge.influence.compute.Compute;
import org.expunge.influence.compute.Engine;
import org.expunge.influence.compute.EngineGroup;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.data.RowRange;
import org.expunge.influence.io.BadInputException;
import org.expunge.influence.network.Model;

/**
 * Fits factors into folders, on one machine or several, and reads them back.
 *
 * <p>A fit saves the sums of each part of the rows as it finishes, in {@code <folder>.parts}; when it is killed and
 * started again with the same settings, it goes on behind the last part and ends with the same bytes. The folder itself
 * appears when all is done.
 *
 * <p>Several machines fit a range of rows each, and the folders are merged: sums and counts add up, in the order of the
 * rows whatever the order given, so that merging is a single fit but for roundings of double. EK-FAC takes two rounds:
 * the K-FAC factors of all rows first, whose eigenvectors the second round needs.
 *
 * <p><b>Cost.</b> What the fit costs; a folder takes 8 bytes a number. {@link #fit} and {@link #open} read all rows and
 * all files once to digest them.
 */
public final class FactorStore {
    /**
     * How a fit is cut.
     *
     * @param range the rows to fit; all if it is empty
     * @param basis folder of the K-FAC factors of all rows, for EK-FAC on a range
     * @param rowsPerPart most rows of a part: what a killed fit loses; at least 1
     */
    public record Options(Optional<RowRange> range, Optional<Path> basis, int rowsPerPart) {
        /** All rows, 4096 at a time. */
        public static final Options DEFAULT = new Options(Optional.empty(), Optional.empty(), 4096);

        /** Checks the range. */
        public Options {
            checkArgument(rowsPerPart >= 1, "rowsPerPart must be at least 1, got %s", rowsPerPart);
        }

        /** Fits a range of rows, 4096 at a time. */
        public static Options of(RowRange range) {
            return new Options(Optional.of(range), Optional.empty(), DEFAULT.rowsPerPart);
        }

        /** Returns the same options with K-FAC factors of all rows. */
        public Options on(Path basisFolder) {
            return new Options(range, Optional.of(basisFolder), rowsPerPart);
        }
    }

    /** Hears of a fit's progress. */
    @FunctionalInterface
    public interface Listener {
        /** Hears nothing. */
        Listener NONE = (rows, of) -> {};

        /**
         * Hears that a part is on the disk.
         *
         * @param rows finished of this round
         * @param of all rows of this round
         */
        void onPart(int rows, int of);
    }

    private FactorStore() {}

    /**
     * Fits factors, or goes on with a fit that was killed.
     *
     * @param folder to appear; if it is there with the same factors, nothing is done
     * @param engine where to compute
     * @param model the model
     * @param data all rows, at least 1
     * @param recipe what to fit
     * @param options how to cut it
     * @param listener hears of each part
     * @return what the folder holds
     * @throws BadInputException if the folder, the parts of an earlier fit or the basis are of other factors
     * @throws IOException if files cannot be read or written
     */
    public static FactorManifest fit(
            Path folder,
            Engine engine,
            Model model,
            Dataset data,
            FactorRecipe recipe,
            Options options,
            Listener listener)
            throws IOException {
        return fit(folder, EngineGroup.of(engine), model, data, recipe, options, listener);
    }

    /**
     * Fits factors on several engines, each of which takes the next part when it is free, or goes on with a fit that
     * was killed. Parts are added up in the order of the rows, so that the factors are those of one engine to the last
     * bit where the engines round alike and the parts are the same; there are at least as many parts as engines. On the
     * host the arrays of at most two parts for each engine lie beside the sum.
     *
     * @param folder to appear; if it is there with the same factors, nothing is done
     * @param engines where to compute
     * @param model the model
     * @param data all rows, at least 1
     * @param recipe what to fit
     * @param options how to cut it
     * @param listener hears of each part, in the order of the rows
     * @return what the folder holds
     * @throws BadInputException if the folder, the parts of an earlier fit or the basis are of other factors
     * @throws IllegalArgumentException if there are several engines and the recipe's parts do not add up
     * @throws org.expunge.influence.compute.EngineFailure if one of several engines failed; parts that are finished
     *     stay, and the folder does not appear
     * @throws IOException if files cannot be read or written
     */
    public static FactorManifest fit(
            Path folder,
            EngineGroup engines,
            Model model,
            Dataset data,
            FactorRecipe recipe,
            Options options,
            Listener listener)
            throws IOException {
        return new FactorFit(folder, engines, model, data, options, listener).run(recipe);
    }

    /**
     * Merges folders of parts. If all rows are in then, the factors can be used; else the folder can be merged again.
     *
     * @param target folder to appear
     * @param sources folders of the same factors, of rows that do not overlap; at least 1
     * @param compute decomposes the sums of all rows
     * @param model that the parts must have been fitted at
     * @return what the folder holds
     * @throws BadInputException if a source is of another model, or two overlap, or differ in model, rows, recipe or
     *     basis; the message names both
     * @throws IOException if files cannot be read or written
     */
    public static FactorManifest merge(Path target, List<Path> sources, Compute compute, Model model)
            throws IOException {
        checkArgument(!sources.isEmpty(), "there is nothing to merge");
        List<Factors> parts = new ArrayList<>();
        for (Path source : sources) {
            Factors part = open(source);
            part.requireModel(model);
            parts.add(part);
        }
        parts.sort(Comparator.comparing(part -> part.manifest().ranges().get(0)));
        Factors first = parts.get(0);
        List<RowRange> ranges = new ArrayList<>(first.manifest().ranges());
        List<String> backends = new ArrayList<>(first.manifest().backends());
        SortedMap<String, double[]> arrays = first.arrays();
        for (Factors part : parts.subList(1, parts.size())) {
            requireMergeable(first, part, ranges);
            ranges.addAll(part.manifest().ranges());
            backends.addAll(part.manifest().backends());
            arrays = FactorWork.sum(arrays, part.arrays());
        }
        return FactorFit.finish(
                target, first.manifest().with(joined(ranges), backends), arrays, compute, model.network());
    }

    private static void requireMergeable(Factors first, Factors part, List<RowRange> ranges) throws IOException {
        List<String> differences = first.manifest().differences(part.manifest());
        if (!differences.isEmpty()) {
            throw new BadInputException(
                    part.folder(),
                    "cannot be merged with " + first.folder() + ": they differ in " + differences
                            + "; merge parts of one fit");
        }
        if (!new FactorWork(part.manifest().recipe(), part.manifest().rows()).isAdditive()) {
            throw new BadInputException(part.folder(), "holds factors that do not add up; fit them whole");
        }
        for (RowRange range : part.manifest().ranges()) {
            for (RowRange other : ranges) {
                if (range.overlaps(other)) {
                    throw new BadInputException(
                            part.folder(),
                            "holds rows " + range + ", some of which another part has: " + other
                                    + "; a row must not count twice");
                }
            }
        }
    }

    /** Joins ranges that touch. */
    static List<RowRange> joined(List<RowRange> ranges) {
        List<RowRange> joined = new ArrayList<>();
        for (RowRange range : ranges.stream().sorted().toList()) {
            int last = joined.size() - 1;
            if (last >= 0 && joined.get(last).to() == range.from()) {
                joined.set(last, new RowRange(joined.get(last).from(), range.to()));
            } else {
                joined.add(range);
            }
        }
        return joined;
    }

    /**
     * Reads a folder and checks every file against its digest.
     *
     * @param folder the folder
     * @throws BadInputException if it is no folder of factors, of another version or damaged
     * @throws IOException if it cannot be read
     */
    public static Factors open(Path folder) throws IOException {
        FactorManifest manifest = FactorFolder.manifest(folder);
        return new Factors(folder, manifest, FactorFolder.arrays(folder, manifest));
    }

    /**
     * Reads what a folder holds, without its numbers.
     *
     * @param folder the folder
     * @throws BadInputException if it is no folder of factors, or of another version
     * @throws IOException if it cannot be read
     */
    public static FactorManifest manifest(Path folder) throws IOException {
        return FactorFolder.manifest(folder);
    }
}
