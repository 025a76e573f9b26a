package org.expunge.influence.network.layer;

import java.util.Random;
import org.expunge.influence.testkit.SequenceLayers;
import org.junit.jupiter.api.Test;

/** All kinds of layers of sequences in one network, with branches. */
class SequenceLayersTest {
    @Test
    void derivativesAgreeWithDifferences() {
        LayerChecks.checkTokens(SequenceLayers.NETWORK, SequenceLayers.rows(4, new Random(5)));
    }
}
