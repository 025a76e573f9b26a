package org.expunge.defense.detect;

/** A way to tell suspicious training rows. Implementations hold options only, so one serves many settings. */
public interface Detector {
    /** Returns the name, as a command takes it: lower case with hyphens. */
    String name();

    /** Returns how rows are flagged, in a few words. */
    String rule();

    /**
     * Returns how many trainings {@link #detect} makes, so that the cost can be said before it is paid.
     *
     * @param setting what would be scanned
     * @return 0 or more
     * @throws IllegalArgumentException if the setting lacks what the detector needs; the message says what
     */
    default int trainings(ScanSetting setting) {
        return 0;
    }

    /** Returns whether this knows nothing of attacks or mistakes, and stands there to be beaten. */
    default boolean isControl() {
        return false;
    }

    /**
     * Scores every row and flags some.
     *
     * @param setting the rows, the model and what was computed from them
     * @return a score for each training row and the rows flagged
     * @throws IllegalArgumentException if the setting lacks what the detector needs; the message says what
     */
    Detection detect(ScanSetting setting);
}
