package org.expunge.influence.backend;

import java.util.Optional;
import org.expunge.influence.compute.Compute;

/**
 * What a name of a backend came to on this machine.
 *
 * @param compute the backend, which the caller closes; empty if a GPU was asked for that cannot be used
 * @param obstacle why no GPU is used, a line for each reason; empty if one is, or none was looked for
 * @param wasOpened whether the obstacle showed on an opened GPU, rather than in what the machine lacks
 * @param check what {@link SelfCheck} found on the GPU; empty if it was not run
 */
public record BackendChoice(
        Optional<Compute> compute, Optional<String> obstacle, boolean wasOpened, Optional<SelfCheck> check) {
    static BackendChoice of(Compute compute) {
        return new BackendChoice(Optional.of(compute), Optional.empty(), false, Optional.empty());
    }

    static BackendChoice without(String obstacle) {
        return new BackendChoice(Optional.empty(), Optional.of(obstacle), false, Optional.empty());
    }

    static BackendChoice failed(String obstacle, Optional<SelfCheck> check) {
        return new BackendChoice(Optional.empty(), Optional.of(obstacle), true, check);
    }

    BackendChoice withInstead(Compute other) {
        return new BackendChoice(Optional.of(other), obstacle, wasOpened, check);
    }

    /**
     * Returns the backend.
     *
     * @throws UnavailableBackendException with the obstacle if there is none
     */
    public Compute orThrow() {
        return compute.orElseThrow(this::refusal);
    }

    /** Returns what {@code cuda} is refused with. */
    public UnavailableBackendException refusal() {
        return new UnavailableBackendException(reason());
    }

    /** Returns the obstacle as a sentence. */
    public String reason() {
        return "the backend 'cuda' cannot run here:\n" + obstacle.orElse("");
    }
}
