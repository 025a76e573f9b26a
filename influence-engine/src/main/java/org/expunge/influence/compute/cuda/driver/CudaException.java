package org.expunge.influence.compute.cuda.driver;

/**
 * A call of a CUDA library failed. The message names the call, what it was given and what to do where that is known.
 */
public final class CudaException extends RuntimeException {
    private static final long serialVersionUID = 1;

    /** Stands for a code where a library was not found. */
    static final int MISSING_LIBRARY = -1;

    private final int code;

    /**
     * Describes a failure.
     *
     * @param message names the call and its arguments
     * @param code what the library returned
     */
    public CudaException(String message, int code) {
        super(message);
        this.code = code;
    }

    /** Returns what the library returned. */
    public int code() {
        return code;
    }

    /** Returns whether the machine lacked a library or a device's memory: no fault of the program. */
    public boolean isShortage() {
        return code == MISSING_LIBRARY || code == Driver.OUT_OF_MEMORY;
    }
}
