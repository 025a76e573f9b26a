package org.expunge.defense.certify;

/**
 * Which members of an ensemble see which partition of the training rows, and what follows for their vote.
 *
 * <p>A row's content alone decides its partition, so that an inserted, a deleted or a relabelled row changes the rows
 * of one partition and a row with other features those of two. Radii count changed partitions: insertions, deletions
 * and label flips count one each, changed features two.
 */
public interface Aggregation {
    /** Returns the number of partitions. */
    int partitions();

    /** Returns the number of members. */
    int members();

    /**
     * Returns which partitions a member is trained on.
     *
     * @param member in [0, members)
     * @return ascending, each once
     */
    int[] partitionsOf(int member);

    /**
     * Takes the vote, ties going to the smaller class, and proves how many partitions can be changed at will.
     *
     * @param votes the class that each member names; left as it is
     * @param classes K, at least 2
     * @return the class with the most votes and its radius
     */
    CertifiedPrediction certify(int[] votes, int classes);
}
