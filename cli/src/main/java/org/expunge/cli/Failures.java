package org.expunge.cli;

import static com.google.common.base.MoreObjects.firstNonNull;

import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import org.expunge.cli.render.ExitCodes;
import picocli.CommandLine;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/** Turns what went wrong into a sentence for the user and an exit code for the shell. */
final class Failures implements IExecutionExceptionHandler {
    private final boolean trace;

    /** @param trace whether a failure that is not the program's own fault shows its stack trace as well */
    Failures(boolean trace) {
        this.trace = trace;
    }

    /** Answers a wrong command line: message, suggestion, and where to read more. */
    static int usage(ParameterException failure, String[] arguments) {
        CommandLine command = failure.getCommandLine();
        PrintWriter err = command.getErr();
        err.println(failure.getMessage());
        UnmatchedArgumentException.printSuggestions(failure, err);
        err.printf("Try '%s --help'.%n", command.getCommandSpec().qualifiedName());
        return ExitCodes.USAGE;
    }

    @Override
    public int handleExecutionException(Exception failure, CommandLine command, ParseResult parsed) {
        PrintWriter err = command.getErr();
        Optional<String> option = missing(failure, command);
        int code = option.isPresent() ? ExitCodes.BAD_INPUT : ExitCodes.of(failure);
        if (code == ExitCodes.DEFECT) {
            err.println("This is a defect of expunge, please report it:");
        } else {
            err.println(command.getCommandSpec().qualifiedName() + ": "
                    + option.map(name -> name + ": ").orElse("") + sentence(failure));
        }
        if (trace || code == ExitCodes.DEFECT) {
            failure.printStackTrace(err);
        }
        return code;
    }

    /** A file that is not there is wrong input where the user named it, and a failure to read where he did not. */
    private static Optional<String> missing(Exception failure, CommandLine command) {
        return cause(failure) instanceof NoSuchFileException file
                ? GivenFiles.option(Path.of(file.getFile()), command)
                : Optional.empty();
    }

    private static Throwable cause(Exception failure) {
        return failure instanceof UncheckedIOException ? firstNonNull(failure.getCause(), failure) : failure;
    }

    /** The JDK's file exceptions carry a bare path as their message; this says what happened to it. */
    private static String sentence(Exception failure) {
        Throwable cause = cause(failure);
        String message = firstNonNull(cause.getMessage(), cause.getClass().getSimpleName());
        if (!(cause instanceof FileSystemException file) || file.getReason() != null) {
            return message;
        }
        if (file instanceof NoSuchFileException) {
            return message + " does not exist";
        }
        if (file instanceof FileAlreadyExistsException) {
            return message + " exists already; name another place or remove it first";
        }
        return file instanceof AccessDeniedException ? message + " may not be read or written" : message;
    }
}
