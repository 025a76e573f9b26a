package org.expunge.defense.certify;

import static com.google.common.base.Preconditions.checkArgument;

import java.util.Arrays;
import java.util.Random;

/**
 * Finite aggregation: k·d smaller partitions, each shown to d of k·d members, so that a member sees 1/k of the rows as
 * in deep partition aggregation and a changed row changes d votes of k·d.
 *
 * <p><b>Accuracy.</b> An attacker who changes partition i can at best turn all votes of the d members that see it to
 * another class c', which lowers {@code N_c − N_c'} by {@code Δ_i = Σ_j (1 + 1[f_j = c] − 1[f_j = c'])} over these
 * members. The radius is the largest r for which the r largest Δ_i do not exceed {@code N_c − N_c' − 1[c' < c]}, for
 * every c'. Members that two changed partitions share are counted twice, so the bound is safe and not always tight;
 * with d = 1 it is that of {@link DeepPartitionAggregation}. What is gained is that few partitions have members that
 * all vote for c.
 *
 * <p><b>Cost.</b> k·d trainings on n/k rows each: d times those of deep partition aggregation.
 *
 * <p><b>Source.</b> W. Wang, A. Levine, S. Feizi, "Improved Certified Defenses against Data Poisoning with
 * (Deterministic) Finite Aggregation", ICML 2022, section 4 and theorem 2. Partition i is shown to the members {@code i
 * + r mod k·d} for d offsets r drawn once from the seed.
 */
public final class FiniteAggregation implements Aggregation {
    private final int members;
    private final int[] offsets;

    /**
     * Draws the offsets.
     *
     * @param k at least 1
     * @param d at least 1
     * @param seed decides the offsets
     */
    public FiniteAggregation(int k, int d, long seed) {
        checkArgument(k >= 1, "k must be at least 1, got %s", k);
        checkArgument(d >= 1, "d must be at least 1, got %s", d);
        this.members = Math.multiplyExact(k, d);
        this.offsets =
                new Random(seed).ints(0, members).distinct().limit(d).sorted().toArray();
    }

    @Override
    public int partitions() {
        return members;
    }

    @Override
    public int members() {
        return members;
    }

    @Override
    public int[] partitionsOf(int member) {
        return Arrays.stream(offsets)
                .map(offset -> Math.floorMod(member - offset, members))
                .sorted()
                .toArray();
    }

    @Override
    public CertifiedPrediction certify(int[] votes, int classes) {
        VoteCounts counts = new VoteCounts(votes, members, classes);
        int radius = Integer.MAX_VALUE;
        for (int c = 0; c < classes; c++) {
            if (c != counts.winner()) {
                radius = Math.min(radius, radius(votes, counts.winner(), c, counts.lead(c)));
            }
        }
        return new CertifiedPrediction(counts.winner(), radius);
    }

    private int radius(int[] votes, int winner, int other, int lead) {
        int[] falls = new int[members];
        for (int i = 0; i < members; i++) {
            for (int offset : offsets) {
                int vote = votes[(i + offset) % members];
                falls[i] += 1 + (vote == winner ? 1 : 0) - (vote == other ? 1 : 0);
            }
        }
        Arrays.sort(falls);
        int radius = 0;
        int left = lead;
        for (int i = members - 1; i >= 0 && falls[i] <= left; i--) {
            left -= falls[i];
            radius++;
        }
        return radius;
    }
}
