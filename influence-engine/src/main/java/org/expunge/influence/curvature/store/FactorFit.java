package org.expunge.influence.curvature.store;

import static com.google.common.base.Preconditions.checkArgument;
import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.common.base.Ascii;
import com.google.common.io.MoreFiles;
import com.google.common.io.RecursiveDeleteOption;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.expunge.influence.compute.Compute;
import org.expunge.influence.compute.Engine;
import org.expunge.influence.compute.EngineGroup;
import org.expunge.influence.curvature.store.FactorManifest.StoredArray;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.data.RowRange;
import org.expunge.influence.io.BadInputException;
import org.expunge.influence.io.Digests;
import org.expunge.influence.io.Json;
import org.expunge.influence.network.Model;
import org.expunge.influence.network.Network;
import org.expunge.influence.score.InputDigests;

/** One fit into a folder, in parts. */
final class FactorFit {
    private final Path folder;
    private final Path parts;
    private final EngineGroup engines;
    private final Model model;
    private final Dataset data;
    private final FactorStore.Options options;
    private final FactorStore.Listener listener;
    private final RowRange rows;
    private final String modelDigest;
    private final String dataDigest;

    FactorFit(
            Path folder,
            EngineGroup engines,
            Model model,
            Dataset data,
            FactorStore.Options options,
            FactorStore.Listener listener) {
        checkArgument(data.size() >= 1, "%s has no rows to fit factors to", data.name());
        this.folder = folder;
        this.parts = folder.resolveSibling(folder.getFileName() + ".parts");
        this.engines = engines;
        this.model = model;
        this.data = data;
        this.options = options;
        this.listener = listener;
        this.rows = options.range().orElse(RowRange.of(data));
        checkArgument(
                rows.size() >= 1 && rows.to() <= data.size(),
                "the rows %s are not among the %s of %s",
                rows,
                data.size(),
                data.name());
        this.modelDigest = InputDigests.of(model);
        this.dataDigest = InputDigests.of(data);
    }

    FactorManifest run(FactorRecipe recipe) throws IOException {
        if (recipe.kind() == FactorKind.EKFAC) {
            return corrected(recipe);
        }
        return fitted(folder, parts, recipe, FactorManifest.NO_BASIS, Map.of());
    }

    /** Fits EK-FAC on K-FAC factors of all rows: those given, or ones that are fitted first. */
    private FactorManifest corrected(FactorRecipe recipe) throws IOException {
        if (options.basis().isEmpty() && rows.size() < data.size()) {
            throw new BadInputException(
                    folder,
                    "cannot hold EK-FAC of the rows " + rows + " without the K-FAC factors of all rows: fit kfac on"
                            + " every range, merge, and give the result as basis");
        }
        FactorRecipe kfac = recipe.with(FactorKind.KFAC);
        Path basisFolder = options.basis().orElse(parts.resolve("basis"));
        if (options.basis().isEmpty() && !FactorFolder.exists(folder)) {
            fitted(basisFolder, parts.resolve("basis.parts"), kfac, FactorManifest.NO_BASIS, Map.of());
        }
        if (FactorFolder.exists(folder) && options.basis().isEmpty()) {
            String basis = FactorFolder.manifest(folder).basis();
            return existing(folder, empty(recipe, basis));
        }
        Factors basis = FactorStore.open(basisFolder);
        Factors.requireComplete(basis.manifest(), basisFolder);
        requireSame(basisFolder, empty(kfac, FactorManifest.NO_BASIS), basis.manifest());
        return fitted(folder, parts, recipe, digest(basis.manifest().arrays()), FactorWork.basis(basis.arrays()));
    }

    private FactorManifest fitted(
            Path target, Path workspace, FactorRecipe recipe, String basis, Map<String, double[]> basisArrays)
            throws IOException {
        FactorManifest wanted = empty(recipe, basis);
        if (FactorFolder.exists(target)) {
            return existing(target, wanted);
        }
        FactorWork work = new FactorWork(recipe, data.size());
        checkArgument(
                work.isAdditive() || engines.size() == 1,
                "%s looks at all rows together, so that %s devices cannot share it; fit it on one",
                Ascii.toLowerCase(recipe.kind().name()),
                engines.size());
        SortedMap<String, double[]> arrays = new TreeMap<>();
        List<String> backends = new ArrayList<>();
        List<RowRange> ranges = ranges(work);
        engines.inOrder(
                ranges.size(),
                (engine, i) -> part(engine, workspace, wanted, ranges.get(i), work, basisArrays),
                (i, part) -> {
                    arrays.putAll(i == 0 ? part.arrays() : FactorWork.sum(arrays, part.arrays()));
                    backends.addAll(part.manifest().backends());
                    listener.onPart(ranges.get(i).to() - rows.from(), rows.size());
                });
        arrays.putAll(basisArrays);
        FactorManifest manifest = finish(
                target,
                wanted.with(List.of(rows), backends),
                arrays,
                engines.lead().compute(),
                model.network());
        if (Files.exists(workspace)) {
            MoreFiles.deleteRecursively(workspace, RecursiveDeleteOption.ALLOW_INSECURE);
        }
        return manifest;
    }

    /** Cuts the rows into parts, as many as there are engines if there are rows enough. */
    private List<RowRange> ranges(FactorWork work) {
        int share = (rows.size() + engines.size() - 1) / engines.size();
        return rows.parts(work.isAdditive() ? Math.min(options.rowsPerPart(), share) : rows.size());
    }

    /** Reads a part that an earlier start finished, or computes it and saves it. */
    private Factors part(
            Engine engine,
            Path workspace,
            FactorManifest wanted,
            RowRange range,
            FactorWork work,
            Map<String, double[]> basis)
            throws IOException {
        Path target = workspace.resolve("part-" + range.from() + "-" + range.to());
        FactorManifest manifest = wanted.with(List.of(range), List.of(backend(engine)));
        if (FactorFolder.exists(target)) {
            existing(target, manifest);
            return FactorStore.open(target);
        }
        SortedMap<String, double[]> arrays = work.part(engine, model, data, range, basis);
        return new Factors(target, FactorFolder.write(target, manifest, arrays), arrays);
    }

    /** Returns the manifest of a folder that is there, after checking that it is of the factors wanted. */
    private static FactorManifest existing(Path target, FactorManifest wanted) throws IOException {
        FactorManifest found = FactorFolder.manifest(target);
        requireSame(target, wanted, found);
        if (!found.ranges().equals(wanted.ranges())) {
            throw new BadInputException(
                    target,
                    "holds the rows " + found.ranges() + " and not " + wanted.ranges()
                            + "; choose another folder or delete it");
        }
        return found;
    }

    private static void requireSame(Path target, FactorManifest wanted, FactorManifest found) throws BadInputException {
        List<String> differences = wanted.differences(found);
        if (!differences.isEmpty()) {
            throw new BadInputException(
                    target,
                    "holds factors of another fit: they differ in " + differences
                            + "; delete it, or choose another folder");
        }
    }

    /** Returns what a part's record says: where several engines share the work, which of them it was. */
    private String backend(Engine engine) {
        return engines.size() == 1 ? engine.compute().name() : engine.compute().description();
    }

    private FactorManifest empty(FactorRecipe recipe, String basis) {
        return new FactorManifest(
                FactorManifest.VERSION,
                recipe,
                modelDigest,
                dataDigest,
                data.size(),
                List.of(rows),
                basis,
                List.of(engines.lead().compute().name()),
                new FactorWork(recipe, data.size()).layers(model.network()),
                model.network().layout().length(),
                new TreeMap<>());
    }

    /** Adds what follows from the sums of all rows, if all are in, and writes the folder. */
    static FactorManifest finish(
            Path target, FactorManifest manifest, SortedMap<String, double[]> arrays, Compute compute, Network network)
            throws IOException {
        SortedMap<String, double[]> all = new TreeMap<>(arrays);
        if (manifest.isComplete()) {
            all.putAll(new FactorWork(manifest.recipe(), manifest.rows()).derived(compute, network, arrays));
        }
        return FactorFolder.write(target, manifest, all);
    }

    private static String digest(SortedMap<String, StoredArray> arrays) {
        return Digests.sha256(Json.text(arrays).getBytes(UTF_8));
    }
}
