package org.expunge.cli.method;

import java.util.Locale;

/** How a curvature is inverted. */
public enum Solver {
    /** By its own eigenvectors. */
    CLOSED_FORM,
    /** Conjugate gradients. */
    CG;

    /** Returns how it is written on the command line. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
