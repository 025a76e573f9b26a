package org.expunge.influence.data;

import static com.google.common.base.Preconditions.checkArgument;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.expunge.influence.io.BadInputException;

/**
 * Reads other rows as those of a specification were read.
 *
 * @param own where these were
 * @param layout the layout that a model was trained with; empty to fit one on the whole table
 * @param isLabelled whether labels are read; else a row may lack its own
 */
record OtherRows(DataSpec own, Optional<TableLayout> layout, boolean isLabelled) {
    LoadedData load(DataSpec other) throws IOException {
        if (own.scheme().equals("overlay")) {
            return new OtherRows(RowOverlay.base(Path.of(own.path())), layout, isLabelled).load(other);
        }
        Path place = Path.of(other.path());
        boolean isAlike = own.scheme().equals(other.scheme());
        if (isAlike && own.scheme().equals("wav")) {
            checkSameOptions(other);
            return alone(other, new WavFolderReader(own.options()).readLikewise(place, Path.of(own.path())));
        }
        if (other.isTable() && !Files.exists(place)) {
            throw new BadInputException(place, "does not exist");
        }
        if (!isAlike) {
            return other.load();
        }
        if (!own.isTable()) {
            return untabled(inheriting(other));
        }
        checkSameOptions(other);
        return alone(other, table(place));
    }

    private LoadedData untabled(DataSpec like) throws IOException {
        return isLabelled || !like.scheme().equals("images")
                ? like.load()
                : like.limited(new ImageFolderReader(like.options())
                        .readUnlabelled(Path.of(like.path()), Path.of(own.path()), like.toString()));
    }

    private Dataset table(Path place) throws IOException {
        TableOptions options = own.tableOptions();
        if (!isLabelled) {
            TableSchema schema = layout.isPresent()
                    ? TableSchema.of(layout.get(), options)
                    : TableReader.schema(Path.of(own.path()), options);
            return TableReader.readUnlabelled(place, options, schema);
        }
        return layout.isPresent() ? TableReader.readOther(place, options, layout.get()) : beside(place);
    }

    private static LoadedData alone(DataSpec other, Dataset rows) {
        return other.limited(new LoadedData(rows, Optional.empty(), other.toString()));
    }

    private DataSpec inheriting(DataSpec other) {
        Map<String, String> all = new TreeMap<>(own.options());
        all.remove(DataSpec.LIMIT);
        all.putAll(other.options());
        return new DataSpec(own.scheme(), other.path(), all);
    }

    private void checkSameOptions(DataSpec other) {
        other.options()
                .forEach((name, value) -> checkArgument(
                        name.equals(DataSpec.LIMIT)
                                || value.equals(own.options().get(name)),
                        "%s is read as the training rows were, so leave out %s=%s",
                        other.path(),
                        name,
                        value));
    }

    private Dataset beside(Path place) throws IOException {
        Map<String, String> likewise = new TreeMap<>(own.options());
        likewise.remove(DataSpec.LIMIT);
        likewise.put("test", place.toString());
        return new DataSpec(own.scheme(), own.path(), likewise).load().test().orElseThrow();
    }
}
