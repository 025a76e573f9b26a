package org.expunge.influence.curvature.store;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.SortedMap;
import org.expunge.influence.compute.Compute;
import org.expunge.influence.curvature.DampingRule;
import org.expunge.influence.curvature.InverseCurvature;
import org.expunge.influence.curvature.kronecker.Ekfac;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.io.BadInputException;
import org.expunge.influence.network.Model;
import org.expunge.influence.score.InputDigests;

/** Factors read from a folder, their digests checked. */
public final class Factors {
    private final Path folder;
    private final FactorManifest manifest;
    private final SortedMap<String, double[]> arrays;

    Factors(Path folder, FactorManifest manifest, SortedMap<String, double[]> arrays) {
        this.folder = folder;
        this.manifest = manifest;
        this.arrays = arrays;
    }

    /** Returns what they were made from. */
    public FactorManifest manifest() {
        return manifest;
    }

    Path folder() {
        return folder;
    }

    SortedMap<String, double[]> arrays() {
        return arrays;
    }

    /**
     * Returns {@code (C + λI)⁻¹}.
     *
     * @param compute where products run
     * @param model that the factors must have been fitted at
     * @param data all rows that they must have been fitted to
     * @param damping decides λ
     * @return the caller closes it if it is {@link AutoCloseable}, as Kronecker inverses are
     * @throws BadInputException if the model or the rows are others, or rows are missing; the message says which, and
     *     what to do
     */
    public InverseCurvature inverse(Compute compute, Model model, Dataset data, DampingRule damping)
            throws IOException {
        requireModel(model);
        if (data.size() != manifest.rows() || !manifest.data().equals(InputDigests.of(data))) {
            throw new BadInputException(
                    folder,
                    "holds factors of " + manifest.rows() + " other rows than the " + data.size() + " of " + data.name()
                            + "; fit them again");
        }
        return inverse(compute, model, damping);
    }

    /**
     * Returns {@code (C + λI)⁻¹}, whatever rows it was fitted to: for scores of rows that are not the training rows.
     *
     * @param compute where products run
     * @param model that the factors must have been fitted at
     * @param damping decides λ
     * @return the caller closes it if it is {@link AutoCloseable}, as Kronecker inverses are
     * @throws BadInputException if the model is another, or rows are missing; the message says what to do
     */
    public InverseCurvature inverse(Compute compute, Model model, DampingRule damping) throws IOException {
        requireModel(model);
        requireComplete(manifest, folder);
        return new FactorWork(manifest.recipe(), manifest.rows()).inverse(compute, model.network(), arrays, damping);
    }

    /**
     * Returns EK-FAC itself, for rules that look into it.
     *
     * @param model that the factors must have been fitted at
     * @throws BadInputException if they are of another kind or model, or rows are missing; the message says what to do
     */
    public Ekfac ekfac(Model model) throws IOException {
        requireModel(model);
        requireComplete(manifest, folder);
        if (manifest.recipe().kind() != FactorKind.EKFAC) {
            throw new BadInputException(
                    folder, "holds factors of kind " + manifest.recipe().kind() + "; fit EKFAC for this");
        }
        return new FactorWork(manifest.recipe(), manifest.rows()).ekfac(model.network(), arrays);
    }

    void requireModel(Model model) throws BadInputException {
        if (!manifest.model().equals(InputDigests.of(model))) {
            throw new BadInputException(
                    folder, "holds factors of another model: its layers or its numbers differ; fit them again");
        }
    }

    static void requireComplete(FactorManifest manifest, Path folder) throws BadInputException {
        List<?> missing = manifest.missing();
        if (!missing.isEmpty()) {
            throw new BadInputException(
                    folder,
                    "holds factors without the rows " + missing + " of " + manifest.rows()
                            + "; fit those too and merge");
        }
    }
}
