package org.expunge.influence.compute;

/** An engine of a group failed; the message begins with what it computes on. */
public final class EngineFailure extends RuntimeException {
    private static final long serialVersionUID = 1;

    /**
     * Describes a failure.
     *
     * @param engine what failed, as {@link Compute#description} says it
     * @param cause how
     */
    EngineFailure(String engine, RuntimeException cause) {
        super(engine + ": " + cause.getMessage(), cause);
    }
}
