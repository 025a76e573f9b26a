package org.expunge.influence.training;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class SeedsTest {
    @Test
    void differByRootPurposeAndIndex() {
        Set<Long> seen = new HashSet<>();
        for (long root = 0; root < 20; root++) {
            Seeds seeds = new Seeds(root);
            for (String purpose : new String[] {Seeds.SPLIT, Seeds.TRAINING, Seeds.DROPOUT, Seeds.BATCH_ORDER, ""}) {
                seen.add(seeds.of(purpose));
                for (int i = 0; i < 20; i++) {
                    seen.add(Seeds.derive(seeds.of(purpose), i));
                }
            }
        }

        assertThat(seen).hasSize(20 * 5 * 21);
    }

    /** Written down from the first version: a change here changes every run. */
    @Test
    void stayTheSameBetweenVersions() {
        assertThat(new Seeds(42).of(Seeds.SPLIT)).isEqualTo(2160496883483231723L);
    }
}
