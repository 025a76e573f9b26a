package org.expunge.cli.unlearn;

import org.expunge.influence.score.generalized.GeneralizedInfluence;

/** How generalised influence counts the parameters that stay, by the names of the paper. */
public enum Approximation {
    /** Their gradient is to vanish too. */
    GIF(GeneralizedInfluence.Kind.GENERALIZED),
    /** They are neglected. */
    FIF(GeneralizedInfluence.Kind.FROZEN),
    /** They are moved and then put back. */
    PIF(GeneralizedInfluence.Kind.PROJECTED);

    private final GeneralizedInfluence.Kind kind;

    Approximation(GeneralizedInfluence.Kind kind) {
        this.kind = kind;
    }

    GeneralizedInfluence.Kind kind() {
        return kind;
    }
}
