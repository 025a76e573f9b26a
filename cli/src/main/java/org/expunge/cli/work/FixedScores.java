package org.expunge.cli.work;

import org.expunge.influence.score.Provenance;
import org.expunge.influence.score.Scores;

/** Numbers in the place of scores, as a control of those that they stand beside. */
final class FixedScores implements Scores {
    private final double[][] values;
    private final Scores beside;

    FixedScores(double[][] values, Scores beside) {
        this.values = values;
        this.beside = beside;
    }

    @Override
    public int queries() {
        return values.length;
    }

    @Override
    public int rows() {
        return beside.rows();
    }

    @Override
    public double score(int query, int row) {
        return values[query][row];
    }

    @Override
    public double[] row(int query) {
        return values[query].clone();
    }

    @Override
    public Provenance provenance() {
        return beside.provenance();
    }
}
