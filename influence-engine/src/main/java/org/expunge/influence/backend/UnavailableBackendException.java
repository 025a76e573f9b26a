package org.expunge.influence.backend;

/** The machine lacks what a backend needs. The message says what was looked for, and what to do. */
public final class UnavailableBackendException extends RuntimeException {
    private static final long serialVersionUID = 1;

    /** Says what is missing. */
    public UnavailableBackendException(String message) {
        super(message);
    }

    /** Says what is missing and how that showed. */
    public UnavailableBackendException(String message, Throwable cause) {
        super(message, cause);
    }
}
