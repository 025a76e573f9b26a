package org.expunge.influence.network.dl4j;

import java.util.List;

/** How DL4J orders an image batch. Ours is always channel, row, column; only where a net flattens does it matter. */
enum DataFormat {
    /** Batch, channel, row, column: DL4J's default. */
    NCHW(1, 2),
    /** Batch, row, column, channel. */
    NHWC(3, 1);

    private final int channelAxis;
    private final int firstImageAxis;

    DataFormat(int channelAxis, int firstImageAxis) {
        this.channelAxis = channelAxis;
        this.firstImageAxis = firstImageAxis;
    }

    /** Returns the axis of the channels. */
    int channelAxis() {
        return channelAxis;
    }

    /** Returns the axes of rows and columns. */
    List<Integer> imageAxes() {
        return List.of(firstImageAxis, firstImageAxis + 1);
    }
}
