package org.expunge.influence.training;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Optional;
import org.expunge.influence.compute.Engine;
import org.expunge.influence.data.Partition;
import org.expunge.influence.data.TableLayout;
import org.expunge.influence.io.AtomicFiles;

/**
 * Writes the run that comes after another one: the same recipe, rows taken out, another model.
 *
 * @param parent the run that it comes from
 * @param data the parent's rows
 * @param last the parent's last checkpoint
 */
record DerivedRun(TrainingRun parent, RunData data, CheckpointFiles.Entry last) {
    /**
     * Writes it; see {@link TrainingRun#derive(Path, Derivation, Engine, AtomicFiles.DirectoryAction)}.
     *
     * @throws IOException if something cannot be read or written; {@code out} then does not exist
     */
    void write(Path out, Derivation derivation, Engine engine, AtomicFiles.DirectoryAction further) throws IOException {
        AtomicFiles.refuseExisting(out);
        Path path = parent.path();
        List<RunRow> next = derivation.remaining(path, parent.rows());
        Partition remaining = data.collect(next);
        Optional<TableLayout> other = Optional.ofNullable(derivation.layout())
                .filter(given -> !parent.layout().equals(Optional.of(given)));
        Partition read = other.isPresent() ? data.reread(next, other.get()) : remaining;
        List<RunRow> listed = other.isPresent() ? data.relisted(next, read) : next;
        RunWriter writer = new RunWriter(
                parent.recipe(),
                read,
                derivation.normalizer(),
                derivation.way(path, last, parent.model()),
                derivation.epochs(),
                origin(derivation.method(), next),
                derivation.notes());
        Path key = path.resolve(RunDirectory.KEY);
        writer.write(out, engine, directory -> {
            if (Files.exists(key)) {
                Files.copy(key, directory.resolve(RunDirectory.KEY), StandardCopyOption.COPY_ATTRIBUTES);
            }
            further.fill(directory);
            return listed;
        });
    }

    private RunInfo.Origin origin(String method, List<RunRow> next) throws IOException {
        int removed = (int) next.stream().filter(RunRow::isRemoved).count();
        return new RunInfo.Origin(
                method,
                String.valueOf(parent.path().toAbsolutePath().normalize().getFileName()),
                parent.digest(),
                removed - parent.removedIds().size());
    }
}
