package org.expunge.influence.data;

import java.util.stream.IntStream;

/** Which rows of which targets were selected; a selection of a selection looks through to the first. */
final class TargetSelection {
    private final Targets origin;
    private final int[] rows;

    private TargetSelection(Targets origin, int[] rows) {
        this.origin = origin;
        this.rows = rows;
    }

    static TargetSelection of(Targets targets, int[] rows) {
        return new TargetSelection(
                targets.origin(), IntStream.of(rows).map(targets::originRow).toArray());
    }

    /** Returns what the rows were selected from first. */
    Targets origin() {
        return origin;
    }

    /** Returns which of its rows a row is. */
    int originRow(int row) {
        return rows[row];
    }
}
