package org.expunge.defense.certify;

import static com.google.common.base.Preconditions.checkArgument;

import java.nio.ByteBuffer;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.data.RowHasher;
import org.expunge.influence.data.Targets;

/**
 * Puts rows into partitions by a keyed hash of their raw features, and into an order by that hash and their label. Ids,
 * positions and other rows take no part, so that one row more or less leaves the rows of all other partitions, and
 * their order, as they are.
 */
final class RowPartitions {
    private final int[] partition;
    private final int[] order;

    /**
     * Hashes rows.
     *
     * @param raw rows with classes, before normalisation
     * @param partitions how many, at least 1
     * @param seed the key
     */
    RowPartitions(Dataset raw, int partitions, long seed) {
        checkArgument(partitions >= 1, "partitions must be at least 1, got %s", partitions);
        byte[] key = new byte[RowHasher.KEY_BYTES];
        ByteBuffer.wrap(key).putLong(seed);
        Dataset unlabelled = raw.withTargets(Targets.real(new double[raw.size()], 1));
        List<String> hashes = RowHasher.withKey(key).hashAll(unlabelled);
        this.partition = hashes.stream()
                .mapToInt(hash ->
                        (int) Long.remainderUnsigned(Long.parseUnsignedLong(hash.substring(0, 16), 16), partitions))
                .toArray();
        this.order = IntStream.range(0, raw.size())
                .boxed()
                .sorted(Comparator.<Integer, String>comparing(hashes::get).thenComparing(raw::label))
                .mapToInt(Integer::intValue)
                .toArray();
    }

    /** Returns the partition of a row. */
    int partition(int row) {
        return partition[row];
    }

    /** Returns the rows of some partitions in the order of their content. */
    int[] rows(int[] partitions) {
        boolean[] isWanted = new boolean[1 + IntStream.of(partitions).max().orElse(0)];
        for (int p : partitions) {
            isWanted[p] = true;
        }
        return IntStream.of(order)
                .filter(row -> partition[row] < isWanted.length && isWanted[partition[row]])
                .toArray();
    }
}
