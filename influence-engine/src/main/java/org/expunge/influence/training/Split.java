package org.expunge.influence.training;

import java.util.Locale;

/** The part of the data that a row belongs to. */
public enum Split {
    /** Learned from. */
    TRAIN,
    /** Decided by: early stopping, calibration. */
    VALIDATION,
    /** Reported on, and nothing else. */
    TEST;

    /** Returns how files write it. */
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }
}
