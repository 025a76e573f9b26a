package org.expunge.unlearning.sharded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.stream.IntStream;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;

final class AssignmentTest {
    @Test
    void isTheKeyedHashThatItSays() throws Exception {
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(new byte[] {0, 0, 0, 0, 0, 0, 0, 7}, "HmacSHA256"));
        ByteBuffer hash = ByteBuffer.wrap(mac.doFinal("row-12".getBytes(StandardCharsets.UTF_8)));

        Assignment assignment = new Assignment(7, 5, 3);

        assertThat(assignment.shard("row-12")).isEqualTo((int) Long.remainderUnsigned(hash.getLong(), 5));
        assertThat(assignment.slice("row-12")).isEqualTo((int) Long.remainderUnsigned(hash.getLong(), 3));
    }

    @Test
    void everyShardAndSliceGetsItsShare() {
        Assignment assignment = new Assignment(1, 4, 5);
        int[] counts = new int[20];

        IntStream.range(0, 20_000)
                .mapToObj(i -> "row-" + i)
                .forEach(id -> counts[assignment.shard(id) * 5 + assignment.slice(id)]++);

        // 1000 expected of each, standard deviation 31; five of them fail once in 10⁵ seeds
        assertThat(IntStream.of(counts)).allMatch(count -> count >= 845 && count <= 1155);
    }

    @Test
    void anotherSeedCutsOtherwise() {
        long moved = IntStream.range(0, 1000)
                .mapToObj(i -> "row-" + i)
                .filter(id -> new Assignment(1, 4, 1).shard(id) != new Assignment(2, 4, 1).shard(id))
                .count();

        assertThat(moved).isBetween(690L, 810L); // three quarters, give or take four standard deviations
    }

    @Test
    void countsBelowOneAreRefused() {
        assertThatThrownBy(() -> new Assignment(1, 0, 1)).hasMessage("shards must be at least 1, got 0");
        assertThatThrownBy(() -> new Assignment(1, 1, 0)).hasMessage("slices must be at least 1, got 0");
    }
}
