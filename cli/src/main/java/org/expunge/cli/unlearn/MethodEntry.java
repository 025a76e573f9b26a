package org.expunge.cli.unlearn;

import java.util.function.Function;

/**
 * A method of unlearning that can be asked for by name.
 *
 * @param name as on the command line and in reports
 * @param summary what it is, in a few words
 * @param trainsAnew whether it trains from scratch: then the normalisation is fitted anew on the rows that remain
 * @param planner reads the options that apply, and no others
 */
public record MethodEntry(
        String name, String summary, boolean trainsAnew, Function<RemovalOptions, RemovalRecipe> planner) {

    /** A method that changes the model it is given. */
    static MethodEntry of(String name, String summary, Function<RemovalOptions, RemovalRecipe> planner) {
        return new MethodEntry(name, summary, false, planner);
    }

    /**
     * Reads the options.
     *
     * @param options as the user gave them
     * @return makes the method once a run is open
     * @throws picocli.CommandLine.ParameterException if one is out of range or does not apply
     */
    public RemovalRecipe plan(RemovalOptions options) {
        return options.plan(this);
    }
}
