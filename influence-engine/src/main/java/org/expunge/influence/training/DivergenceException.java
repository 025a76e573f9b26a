package org.expunge.influence.training;

/** A training reached numbers that are not finite; its message says where and what to try. */
public final class DivergenceException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /**
     * Says where.
     *
     * @param message iteration, what is not finite, and what to try
     */
    DivergenceException(String message) {
        super(message);
    }

    /**
     * Says where, and which tensor.
     *
     * @param message iteration, what is not finite, and what to try
     * @param cause what found it
     */
    DivergenceException(String message, Throwable cause) {
        super(message, cause);
    }
}
