package org.expunge.influence.network.layer;

/** How pooling makes one number of the numbers under a window. */
public enum PoolingKind {
    /** The largest; the first one on ties. */
    MAX,
    /** The mean. */
    AVERAGE,
    /** The sum. */
    SUM
}
