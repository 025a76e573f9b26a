package org.expunge.defense.certify;

import static com.google.common.base.Preconditions.checkArgument;

/**
 * Deep partition aggregation: each member sees one partition, so that a changed row changes one vote at the most.
 *
 * <p><b>Accuracy.</b> The radius is {@code min_{c' ≠ c} ⌊(N_c − N_c' − 1[c' < c]) / 2⌋}: a changed member takes a vote
 * from c and gives it to c', and a tie goes to the smaller class. No larger radius follows from the votes alone.
 *
 * <p><b>Cost.</b> k trainings on n/k rows each; k forward passes an input.
 *
 * <p><b>Source.</b> A. Levine, S. Feizi, "Deep Partition Aggregation: Provable Defenses against General Poisoning
 * Attacks", ICLR 2021, theorem 1. Partitions are made by features alone, as for its label flips (SS-DPA), and rows are
 * put in the order of their content: both kinds of attack are covered by the one ensemble.
 *
 * @param partitions k, at least 1
 */
public record DeepPartitionAggregation(int partitions) implements Aggregation {
    /** Checks the count. */
    public DeepPartitionAggregation {
        checkArgument(partitions >= 1, "partitions must be at least 1, got %s", partitions);
    }

    @Override
    public int members() {
        return partitions;
    }

    @Override
    public int[] partitionsOf(int member) {
        return new int[] {member};
    }

    @Override
    public CertifiedPrediction certify(int[] votes, int classes) {
        VoteCounts counts = new VoteCounts(votes, members(), classes);
        int radius = Integer.MAX_VALUE;
        for (int c = 0; c < classes; c++) {
            if (c != counts.winner()) {
                radius = Math.min(radius, counts.lead(c) / 2);
            }
        }
        return new CertifiedPrediction(counts.winner(), radius);
    }
}
