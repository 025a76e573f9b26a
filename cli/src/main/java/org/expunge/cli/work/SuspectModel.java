package org.expunge.cli.work;

import static com.google.common.base.Preconditions.checkArgument;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.expunge.influence.data.DataSpec;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.data.Normalizer;
import org.expunge.influence.data.Targets;
import org.expunge.influence.io.BadInputException;
import org.expunge.influence.network.Model;
import org.expunge.influence.network.dl4j.Dl4jZip;
import org.expunge.influence.training.TrainingRun;
import org.jspecify.annotations.Nullable;

/**
 * A model that may hold a backdoor, and rows that nobody attacked.
 *
 * @param name where the model is
 * @param model the model
 * @param normalizer what it expects of its rows
 * @param clean clean rows with labels, before normalisation
 * @param suspicious rows that may be attacked, before normalisation; null if none were named
 */
public record SuspectModel(
        String name,
        Model model,
        Normalizer normalizer,
        Dataset clean,
        @Nullable Dataset suspicious) {
    /**
     * Takes a run's model.
     *
     * @param run the run
     * @param data clean rows as {@link InputRows} reads them; null for the run's validation rows
     * @param suspicious names of suspicious rows; may be empty
     * @throws IOException if rows cannot be read
     */
    public static SuspectModel ofRun(TrainingRun run, @Nullable String data, List<String> suspicious)
            throws IOException {
        return new SuspectModel(
                run.path().toString(),
                run.model(),
                run.normalizer(),
                InputRows.readRaw(run, List.of(data == null ? "validation" : data)),
                suspicious.isEmpty() ? null : InputRows.readRaw(run, suspicious));
    }

    /**
     * Reads a model zip.
     *
     * @param file the zip
     * @param data clean rows
     * @param normalization what the model expects; fitted on the clean rows where it has to be
     * @param suspicious suspicious rows; may be empty
     * @throws BadInputException if the model does not fit the rows
     * @throws IOException if something cannot be read
     */
    public static SuspectModel ofFile(
            Path file, DataSpec data, Normalizer.Options normalization, List<DataSpec> suspicious) throws IOException {
        Dataset clean = data.load().train();
        Normalizer normalizer = Normalizer.fit(clean, normalization);
        Model model = Dl4jZip.read(file, normalizer.apply(clean).shape()).model();
        int outputs = model.network().outputs();
        checkArgument(
                clean.classes() == Math.max(2, outputs),
                "the model has %s outputs but %s has %s classes",
                outputs,
                data,
                clean.classes());
        Dataset other =
                suspicious.isEmpty() ? null : fitted(data.loadLikewise(suspicious.get(0), clean.layout()), outputs);
        return new SuspectModel(file.toString(), model, normalizer, fitted(clean, outputs), other);
    }

    /** A single sigmoid output takes two classes as one column. */
    private static Dataset fitted(Dataset rows, int outputs) {
        return outputs == 1 && rows.targets().width() == 2
                ? rows.withTargets(Targets.asSingleColumn(rows.targets()))
                : rows;
    }
}
