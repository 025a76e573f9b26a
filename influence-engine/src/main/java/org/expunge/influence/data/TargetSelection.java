package org.expunge.influence.data;

/** Which rows of which targets were selected; a selection of a selection looks through to the first. */
record TargetSelection(Targets origin, int[] rows) {
    static TargetSelection of(Targets targets, int[] rows) {
        int[] ofOrigin = new int[rows.length];
        for (int i = 0; i < rows.length; i++) {
            ofOrigin[i] = targets.originRow(rows[i]);
        }
        return new TargetSelection(targets.origin(), ofOrigin);
    }
}
