package org.expunge.cli.work;

import static com.google.common.base.Preconditions.checkArgument;

import com.google.common.base.Splitter;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.expunge.cli.render.Console;
import org.expunge.influence.data.DataSpec;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.data.LoadedData;
import org.expunge.influence.training.TrainingRun;

/** The inputs that a command is pointed at, named in the words of its {@code --inputs} option. */
public final class InputRows {
    private static final String ATTACK = "attack";
    private static final String VALIDATION = "validation";

    private InputRows() {}

    /**
     * Reads inputs and normalises them as the run's model expects.
     *
     * @param run the run
     * @param names {@code test}, {@code validation}, {@code attack} (the attacked inputs of the run's own attack;
     *     {@code attack?half=1} is every other of them from the first, {@code attack?half=2} from the second),
     *     {@code ids:A,B} (test rows) or a data specification, whose test rows are taken where it has some; rows of the
     *     run's own scheme are read as its own were
     * @return all of them, in that order; without groups if they are of several names
     * @throws IllegalArgumentException if a name means nothing, an id is not known or shapes differ
     * @throws IOException if rows cannot be read
     */
    public static Dataset read(TrainingRun run, List<String> names) throws IOException {
        return run.normalizer().apply(readRaw(run, names));
    }

    /** As {@link #read}, before normalisation. */
    static Dataset readRaw(TrainingRun run, List<String> names) throws IOException {
        Source source = new Source(
                run, Drill.of(run), spec -> run.recipe().data().source().loadLikewise(spec, run.layout()));
        return readRaw(source, names);
    }

    /** Reads a specification as a run's own rows were read. */
    private interface Reader {
        Dataset read(DataSpec spec) throws IOException;
    }

    /** What names are looked up in. */
    private record Source(TrainingRun run, Optional<Drill> attack, Reader reader) {}

    private static Dataset readRaw(Source source, List<String> names) throws IOException {
        checkArgument(!names.isEmpty(), "no inputs were named");
        if (names.size() == 1) {
            return nonEmpty(raw(source, names.get(0)), names);
        }
        Dataset all = ungrouped(raw(source, names.get(0)));
        for (String name : names.subList(1, names.size())) {
            all = all.concat(ungrouped(raw(source, name)));
        }
        return nonEmpty(all, names);
    }

    private static Dataset nonEmpty(Dataset rows, List<String> names) {
        checkArgument(rows.size() > 0, "the inputs %s hold no rows", names);
        return rows;
    }

    /**
     * As {@link #read}, for audits, which do not look at labels: inputs of a specification need none. Refuses runs
     * whose rows have no classes.
     *
     * @param console is told which part of a specification was read
     */
    static Dataset readClasses(TrainingRun run, List<String> names, Console console) throws IOException {
        return readClasses(run, Drill.of(run), names, console);
    }

    /**
     * As {@link #readClasses(TrainingRun, List, Console)}.
     *
     * @param attack whose inputs {@code attack} names, which the run need not know of; empty if none is known
     */
    static Dataset readClasses(TrainingRun run, Optional<Drill> attack, List<String> names, Console console)
            throws IOException {
        checkArgument(run.raw().train().classes() > 0, "run %s has no classes, which audits are about", run.path());
        return run.normalizer().apply(readRaw(new Source(run, attack, spec -> unlabelled(run, spec, console)), names));
    }

    /**
     * Refuses rows that inputs are judged by.
     *
     * @param name as {@link #read} takes it
     * @throws IllegalArgumentException if it names the validation rows
     */
    public static void requireJudged(String name) {
        checkArgument(
                !name.equals(VALIDATION),
                "the validation rows set the threshold that inputs are held against, so that their own p-values would be"
                        + " of rows against themselves; name other inputs, such as test");
    }

    private static Dataset unlabelled(TrainingRun run, DataSpec spec, Console console) throws IOException {
        LoadedData loaded = run.recipe().data().source().loadUnlabelled(spec, run.layout());
        Dataset rows = loaded.test().orElse(loaded.train());
        console.note("inputs: " + rows.size() + " rows of " + spec
                + (loaded.test().isPresent()
                        ? ", its test rows; its " + loaded.train().size() + " training rows are left out"
                        : ", all that it has"));
        return rows;
    }

    private static Dataset raw(Source source, String name) throws IOException {
        TrainingRun run = source.run();
        if (name.startsWith("ids:")) {
            return testRows(run, Splitter.on(',').omitEmptyStrings().splitToList(name.substring(4)));
        }
        return switch (name) {
            case "test" -> run.raw().test();
            case VALIDATION -> run.raw().validation();
            case ATTACK -> attackedInputs(source);
            case ATTACK + "?half=1" -> everyOther(attackedInputs(source), 0);
            case ATTACK + "?half=2" -> everyOther(attackedInputs(source), 1);
            default -> {
                checkArgument(
                        !name.startsWith(ATTACK + "?"),
                        "'%s' means nothing: halves of the attacked inputs are attack?half=1 and attack?half=2",
                        name);
                yield source.reader().read(DataSpec.parse(name));
            }
        };
    }

    private static Dataset attackedInputs(Source source) throws IOException {
        return source.attack()
                .orElseThrow(
                        () -> new IllegalArgumentException("run " + source.run().path()
                                + " does not know of an attack whose inputs 'attack' could mean: name those in the folder DIR"
                                + " that 'expunge attack' wrote as overlay:DIR/inputs, or, for sanitize and trace, give its"
                                + " manifest by --manifest"))
                .attackedInputs();
    }

    private static Dataset everyOther(Dataset rows, int first) {
        return rows.select(
                IntStream.range(0, rows.size()).filter(i -> i % 2 == first).toArray());
    }

    private static Dataset testRows(TrainingRun run, List<String> ids) {
        Dataset test = run.raw().test();
        Set<String> known = Set.copyOf(test.ids());
        for (String id : ids) {
            checkArgument(
                    known.contains(id),
                    "'%s' is no test row of %s; %s lists them",
                    id,
                    run.path(),
                    run.path().resolve("rows.csv"));
        }
        return test.select(test.rowsOf(ids));
    }

    /** Rows of different sources need not have the same groups. */
    static Dataset ungrouped(Dataset data) {
        return Dataset.of(data.name(), data.shape(), data.features(), data.targets())
                .withIds(data.ids())
                .withClassNames(data.classNames())
                .withEncoding(data.encoding().orElse(null));
    }
}
