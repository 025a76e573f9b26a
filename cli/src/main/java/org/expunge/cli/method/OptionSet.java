package org.expunge.cli.method;

import java.lang.reflect.Field;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Spec.Target;

/** Options of which each method takes a few: remembers which were asked for, and refuses the others. */
public abstract class OptionSet {
    @Spec(Target.MIXEE)
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec command;

    private final Set<String> asked = new TreeSet<>();

    /** Hands out an option and remembers that it was asked for. */
    protected final <T> Optional<T> take(String option, @Nullable T value) {
        asked.add(option);
        return Optional.ofNullable(value);
    }

    /**
     * Reads the options of something.
     *
     * @param what as a user would write it
     * @param reader asks for the options that it takes
     * @throws ParameterException if one is out of range, or was given and not asked for
     */
    protected final <T> T reading(String what, Supplier<T> reader) {
        T read;
        try {
            read = reader.get();
        } catch (IllegalArgumentException e) {
            throw wrong(String.valueOf(e.getMessage()));
        }
        refuseOthers(what);
        return read;
    }

    /** Returns the options that were given, by name, with their values as they were written. */
    protected final Map<String, String> matched() {
        Map<String, String> matched = new TreeMap<>();
        command.commandLine().getParseResult().matchedOptions().stream()
                .filter(this::isMine)
                .forEach(option -> matched.put(option.longestName(), String.join(",", option.originalStringValues())));
        return matched;
    }

    private ParameterException wrong(String message) {
        return new ParameterException(command.commandLine(), message);
    }

    private void refuseOthers(String what) {
        List<String> others = command.commandLine().getParseResult().matchedOptions().stream()
                .filter(this::isMine)
                .map(OptionSpec::longestName)
                .filter(option -> !asked.contains(option))
                .toList();
        if (!others.isEmpty()) {
            throw wrong(String.join(", ", others) + (others.size() == 1 ? " does" : " do") + " not apply to " + what
                    + (asked.isEmpty() ? ", which takes no such option" : ", which takes " + String.join(", ", asked)));
        }
    }

    private boolean isMine(OptionSpec option) {
        return option.userObject() instanceof Field field
                && field.getDeclaringClass().isInstance(this);
    }
}
