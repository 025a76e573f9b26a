package org.expunge.cli;

import static com.google.common.base.Preconditions.checkArgument;

/** Ranges of options that no library checks. */
final class Checks {
    private Checks() {}

    /** Refuses counts below 1. */
    static int positive(String option, int value) {
        checkArgument(value >= 1, "%s must be at least 1, got %s", option, value);
        return value;
    }
}
