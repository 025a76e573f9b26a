package org.expunge.cli.render;

import static com.google.common.base.MoreObjects.firstNonNull;

import java.io.IOException;
import java.io.UncheckedIOException;
import org.expunge.influence.backend.UnavailableBackendException;
import org.expunge.influence.compute.EngineFailure;
import org.expunge.influence.compute.cuda.driver.CudaException;
import org.expunge.influence.io.BadInputException;
import org.expunge.influence.training.DivergenceException;

/**
 * What the program answers to the shell.
 *
 * <p>Codes below 64 are results: the command ran, and the number says how it ended. Codes from 64 on are the ones of
 * BSD's {@code sysexits.h}: the command could not run.
 */
public final class ExitCodes {
    /** The command did what was asked, and every gate was met. */
    public static final int OK = 0;

    /** The program itself is at fault; a stack trace was printed. */
    public static final int DEFECT = 1;

    /** The command ran, but a gate was missed: an attack failed, a verification failed, evidence was insufficient. */
    public static final int GATE_MISSED = 2;

    /** Only retraining would answer the request. */
    public static final int RETRAIN_REQUIRED = 3;

    /** A rule of the operator forbids it, such as the size of a batch. */
    public static final int POLICY_REFUSED = 4;

    /** The budget of a proof does not cover the request. */
    public static final int BUDGET_EXHAUSTED = 5;

    /** The command line is wrong: unknown command or option, or an option's value out of range. */
    public static final int USAGE = 64;

    /** The input is wrong: a data file, a recipe, a model or a row id; or a file that the user named is not there. */
    public static final int BAD_INPUT = 65;

    /** The machine lacks a device, a library or memory of a device, or a self-check found its kernels wrong. */
    public static final int UNAVAILABLE = 69;

    /** Reading or writing failed. */
    public static final int INPUT_OUTPUT = 74;

    private ExitCodes() {}

    /** Returns what a failure is answered with. */
    public static int of(Exception failure) {
        Throwable cause = failure instanceof UncheckedIOException || failure instanceof EngineFailure
                ? firstNonNull(failure.getCause(), failure)
                : failure;
        if (cause instanceof IllegalArgumentException
                || cause instanceof BadInputException
                || cause instanceof DivergenceException) {
            return BAD_INPUT;
        }
        if (cause instanceof UnavailableBackendException
                || (cause instanceof CudaException cuda && cuda.isShortage())) {
            return UNAVAILABLE;
        }
        return cause instanceof IOException ? INPUT_OUTPUT : DEFECT;
    }
}
