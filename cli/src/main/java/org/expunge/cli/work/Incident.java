package org.expunge.cli.work;

import static com.google.common.base.Preconditions.checkArgument;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import org.expunge.cli.render.Console;
import org.expunge.defense.sanitize.IncidentSanitizer;
import org.expunge.defense.sanitize.SanitizeResult;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.training.TrainingResult;
import org.expunge.influence.training.TrainingRun;
import org.jspecify.annotations.Nullable;

/**
 * One prediction that is known, or believed, to be bad.
 *
 * @param what the inputs that it is among, in the words of {@link InputRows}
 * @param row its place among them, from 0
 * @param trueLabel name or number of the class that it should have been taken for; null if not known
 */
public record Incident(String what, int row, @Nullable String trueLabel) {
    /**
     * Reads {@code WHAT:ROW}.
     *
     * @param text as the user wrote it
     * @param trueLabel as the user wrote it; null if not given
     * @return the incident
     * @throws IllegalArgumentException if it does not end in a row, or names a validation row
     */
    public static Incident parse(String text, @Nullable String trueLabel) {
        int colon = text.lastIndexOf(':');
        checkArgument(
                colon > 0 && text.substring(colon + 1).matches("[0-9]{1,9}"),
                "an incident is WHAT:ROW with a row from 0, such as test:17, got '%s'",
                text);
        String what = text.substring(0, colon);
        InputRows.requireJudged(what);
        return new Incident(what, Integer.parseInt(text.substring(colon + 1)), trueLabel);
    }

    /** Returns what it was named by. */
    String name() {
        return what + ":" + row;
    }

    /** Returns the input and then others among which there may be more targets; it itself is no other. No groups. */
    Dataset rows(TrainingRun run, Optional<Drill> attack, List<String> others, Console console) throws IOException {
        Dataset among = InputRows.readClasses(run, attack, List.of(what), console);
        checkArgument(
                row < among.size(), "'%s' has %s rows, so that row %s is not among them", what, among.size(), row);
        Dataset incident = among.select(new int[] {row});
        if (others.isEmpty()) {
            return incident;
        }
        Dataset more = InputRows.readClasses(run, attack, others, console);
        return InputRows.ungrouped(incident).concat(InputRows.ungrouped(without(incident, more)));
    }

    private static Dataset without(Dataset incident, Dataset others) {
        double[] own = incident.row(0);
        return others.select(IntStream.range(0, others.size())
                .filter(i -> !(others.id(i).equals(incident.id(0)) && Arrays.equals(others.row(i), own)))
                .toArray());
    }

    SanitizeResult sanitize(IncidentSanitizer sanitizer, TrainingResult first, TrainingRun run, Dataset rows) {
        return sanitizer.sanitize(
                first,
                run.train(),
                run.validation(),
                rows.select(new int[] {0}),
                rows.select(IntStream.range(1, rows.size()).toArray()),
                label(rows));
    }

    SanitizeResult judgeRepair(
            IncidentSanitizer sanitizer, SanitizeResult found, TrainingResult repaired, TrainingRun run, Dataset rows) {
        return sanitizer.judgeRepair(
                found, repaired, run.train(), run.validation(), rows.select(new int[] {0}), label(rows));
    }

    private OptionalInt label(Dataset rows) {
        if (trueLabel == null) {
            return OptionalInt.empty();
        }
        List<String> names = rows.classNames();
        int named = names.indexOf(trueLabel);
        int number = trueLabel.matches("[0-9]{1,9}") ? Integer.parseInt(trueLabel) : -1;
        checkArgument(
                named >= 0 || (number >= 0 && number < rows.classes()),
                "the true label must be one of %s, got '%s'",
                names,
                trueLabel);
        return OptionalInt.of(named >= 0 ? named : number);
    }
}
