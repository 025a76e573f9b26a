package org.expunge.cli.method;

import java.util.Locale;
import org.expunge.influence.score.Estimator;
import org.expunge.influence.score.PerRemoval;

/** What a score counts. */
public enum Units {
    /** The method's own units. */
    RAW,
    /** The predicted rise of the input's loss when the row is removed. */
    PER_REMOVAL;

    /** Returns an estimator that counts so. */
    Estimator of(Estimator estimator) {
        return this == RAW ? estimator : new PerRemoval(estimator);
    }

    /** Returns how it is written on the command line. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
