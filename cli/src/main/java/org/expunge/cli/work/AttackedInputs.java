package org.expunge.cli.work;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.Locale;
import org.expunge.cli.render.Numbers;
import org.jspecify.annotations.Nullable;

/**
 * Which of a known attack's inputs a sanitizing was given, and how the attack fares on the others. Rows are removed
 * until enough of the inputs given flip, so that success on these measures the search, and success on the others what
 * it found.
 *
 * @param inputs attacked inputs of the manifest
 * @param given those among them that the sanitizing was given, by their ids
 * @param othersBefore share of the others that was taken for the class that the attacker wants; null if there are none
 * @param othersAfter the same of the new model
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record AttackedInputs(
        int inputs,
        int given,
        @Nullable Double othersBefore,
        @Nullable Double othersAfter) {
    /** Returns whether some of the inputs were not given. */
    public boolean hasOthers() {
        return given < inputs;
    }

    /** Returns success on the others, before. */
    public double before() {
        return othersBefore == null ? Double.NaN : othersBefore;
    }

    /** Returns success on the others, after. */
    public double after() {
        return othersAfter == null ? Double.NaN : othersAfter;
    }

    /** Says how many are left to be measured on, for a table. */
    public String others() {
        return inputs - given + " of " + inputs + " attacked inputs, which were not among the inputs given";
    }

    /** Says in a sentence what the success rests on. */
    public String sentence() {
        if (!hasOthers() && inputs == 1) {
            return "The one attacked input was among the inputs given, which decide what is removed: there is no other to"
                    + " measure by.";
        }
        if (!hasOthers()) {
            return "All " + inputs + " attacked inputs were among the inputs given, which decide what is removed: on"
                    + " others the attack may succeed more often. --inputs 'attack?half=1' keeps half of them to measure by.";
        }
        return String.format(
                Locale.ROOT,
                "%s of the %d attacked inputs were among the inputs given, which decide what is removed; on the other %d the"
                        + " attack succeeded on %s before, and on %s after.",
                given == 0 ? "None" : String.valueOf(given),
                inputs,
                inputs - given,
                Numbers.percent(before()),
                Numbers.percent(after()));
    }
}
