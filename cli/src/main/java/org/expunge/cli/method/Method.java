package org.expunge.cli.method;

import java.util.function.Function;

/**
 * An estimator that can be asked for by name.
 *
 * @param name as on the command line
 * @param summary what it is, in a few words
 * @param planner reads the options, and only those that apply
 */
public record Method(String name, String summary, Function<MethodOptions, Plan> planner) {

    /**
     * Reads the options.
     *
     * @param options as the user gave them
     * @return what is to be computed
     * @throws picocli.CommandLine.ParameterException if one is out of range or does not apply
     */
    public Plan plan(MethodOptions options) {
        return options.reading("--method " + name, () -> planner.apply(options));
    }
}
