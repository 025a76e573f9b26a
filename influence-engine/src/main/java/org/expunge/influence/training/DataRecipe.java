package org.expunge.influence.training;

import static com.google.common.base.Preconditions.checkArgument;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.IntStream;
import org.expunge.influence.data.DataSpec;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.data.LoadedData;
import org.expunge.influence.data.Normalizer;
import org.expunge.influence.data.Partition;
import org.expunge.influence.data.StratifiedSplit;
import org.expunge.influence.data.TableLayout;
import org.expunge.influence.io.BadInputException;

/**
 * Which rows to use, and how.
 *
 * @param source where they come from
 * @param normalization what is fitted on the training rows and applied to all
 * @param validation fraction of the rows to decide by, in [0, 1)
 * @param test fraction of the rows to report on, in [0, 1); not used where the source has test rows of its own
 * @param splitSeed decides the split in place of the recipe's seed, so that models of several seeds share their rows
 */
public record DataRecipe(
        DataSpec source, Normalizer.Options normalization, double validation, double test, OptionalLong splitSeed) {
    private static final double VALIDATION = 0.1;
    private static final double TEST = 0.2;

    /** Checks the fractions. */
    public DataRecipe {
        checkArgument(validation >= 0 && validation < 1, "validation must be in [0, 1), got %s", validation);
        checkArgument(test >= 0 && test < 1, "test must be in [0, 1), got %s", test);
        checkArgument(
                validation + test < 1, "validation and test take %s of the rows and leave none", validation + test);
    }

    /**
     * Returns a recipe that standardizes features (or numbers the words of text), decides by a tenth of the rows and
     * reports on a fifth.
     */
    public static DataRecipe of(DataSpec source) {
        Normalizer.Options normalization =
                source.isText() ? new Normalizer.Options(Normalizer.Kind.VOCABULARY, 1) : Normalizer.Options.DEFAULT;
        return new DataRecipe(source, normalization, VALIDATION, TEST, OptionalLong.empty());
    }

    /** A source that is no file or folder stays as it is. */
    DataRecipe withAbsoluteSource() {
        if (source.path().isEmpty()) {
            return this;
        }
        String path = Path.of(source.path()).toAbsolutePath().normalize().toString();
        DataSpec absolute = new DataSpec(source.scheme(), path, source.options());
        return new DataRecipe(absolute, normalization, validation, test, splitSeed);
    }

    /**
     * Reads the rows and splits them. The layout of a table is fitted on the training rows alone.
     *
     * @param seeds the seeds of the recipe
     * @return training, validation and test rows, not normalised
     * @throws BadInputException if the training rows are of classes, and all of one
     * @throws IOException if they cannot be read
     */
    public Partition load(Seeds seeds) throws IOException {
        Partition parts = split(seeds, source.load());
        Optional<TableLayout> whole = parts.train().layout();
        if (whole.isEmpty()) {
            return parts;
        }
        TableLayout fitted = source.refit(whole.get(), Set.copyOf(parts.train().ids()));
        return fitted.equals(whole.get()) ? parts : split(seeds, source.load(Optional.of(fitted)));
    }

    /**
     * Reads the rows as those of another model were read, and splits them.
     *
     * @param seeds the seeds of the recipe
     * @param layout the layout of that model's rows; not used where these have other columns, or come from no table
     * @return training, validation and test rows, not normalised
     * @throws BadInputException if the training rows are of classes, and all of one
     * @throws IOException if they cannot be read
     */
    public Partition load(Seeds seeds, Optional<TableLayout> layout) throws IOException {
        Optional<TableLayout> own = layout.isPresent() ? source.load().train().layout() : Optional.empty();
        Optional<TableLayout> joined = own.flatMap(mine -> mine.withFeaturesOf(layout.orElseThrow()));
        return joined.isPresent() ? split(seeds, source.load(joined)) : load(seeds);
    }

    private Partition split(Seeds seeds, LoadedData loaded) throws BadInputException {
        Seeds root = splitSeed.isPresent() ? new Seeds(splitSeed.getAsLong()) : seeds;
        Partition parts = new StratifiedSplit(validation, test, root.of(Seeds.SPLIT)).split(loaded);
        requireClasses(parts.train());
        return parts;
    }

    /** Rows of one class teach a model nothing, and leave an audit nothing to compare. */
    private void requireClasses(Dataset train) throws BadInputException {
        boolean isOne = train.classes() > 0
                && train.size() > 0
                && IntStream.range(1, train.size()).allMatch(row -> train.label(row) == train.label(0));
        if (isOne) {
            String name = train.classNames().get(train.label(0));
            String column = source.options().get("label");
            throw new BadInputException(
                    source.path().isEmpty() ? source.scheme() : source.path(),
                    (column == null ? "holds" : "the label column '" + column + "' holds") + " one class, '" + name
                            + "', in all " + train.size() + " training rows, so that there is nothing to tell apart; "
                            + (column == null ? "" : "name another column in label=, or ")
                            + "add rows of another class");
        }
    }
}
