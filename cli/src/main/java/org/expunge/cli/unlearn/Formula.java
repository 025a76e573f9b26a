package org.expunge.cli.unlearn;

/** Which step L-CODEC takes. */
public enum Formula {
    /** That of the paper. */
    INTENDED,
    /** That of the released code, for comparison. */
    AS_RELEASED
}
