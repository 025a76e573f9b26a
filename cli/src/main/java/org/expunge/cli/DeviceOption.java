package org.expunge.cli;

import com.google.common.base.Splitter;
import java.util.List;
import java.util.stream.IntStream;
import org.expunge.influence.backend.CudaSupport;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Spec.Target;

/** Which GPUs are used. */
final class DeviceOption {
    private static final String ALL = "all";

    @Spec(Target.MIXEE)
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec command;

    @Option(
            names = "--device",
            paramLabel = "N",
            description =
                    "GPU, counted from 0 as 'expunge doctor' lists them; with 'factors fit', 'influence' and 'doctor' "
                            + "several, as in 0,1, or all, which share the work. With cuda alone, which it makes of "
                            + "auto. Default: 0.")
    private @Nullable String device;

    /** Returns whether the user chose one. */
    boolean isGiven() {
        return device != null;
    }

    /** Returns what the user wrote. */
    String text() {
        return device == null ? "0" : device;
    }

    /** Returns the number, from 0, where only one GPU can be used. */
    int number() {
        requireOne("");
        return parse(text());
    }

    /**
     * Refuses several, for work of a command that runs on one.
     *
     * @param options by which the command is asked for that work, each after a space; empty for all that it does
     */
    void requireOne(String options) {
        if (text().equals(ALL) || text().contains(",")) {
            throw wrong("'" + command.commandLine().getCommandSpec().qualifiedName() + options
                    + "' runs on one GPU, so --device is one number here, got " + text());
        }
    }

    /** Returns the numbers, from 0, as they were given; 0 where all were asked for and there are none. */
    List<Integer> numbers() {
        if (text().equals(ALL)) {
            int count = CudaSupport.examine().devices().size();
            return IntStream.range(0, Math.max(1, count)).boxed().toList();
        }
        List<Integer> numbers =
                Splitter.on(',').splitToStream(text()).map(this::parse).toList();
        if (numbers.stream().distinct().count() < numbers.size()) {
            throw wrong("--device names a GPU twice: " + text());
        }
        return numbers;
    }

    private int parse(String number) {
        try {
            int parsed = Integer.parseInt(number.strip());
            if (parsed < 0) {
                throw wrong("--device must be 0 or more, got " + number);
            }
            return parsed;
        } catch (NumberFormatException e) {
            throw wrong("--device must be a number, numbers with commas between them, or all; got '" + text() + "'");
        }
    }

    private ParameterException wrong(String message) {
        return new ParameterException(command.commandLine(), message);
    }
}
