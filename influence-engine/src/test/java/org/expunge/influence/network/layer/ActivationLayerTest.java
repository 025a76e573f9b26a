package org.expunge.influence.network.layer;

import org.expunge.influence.compute.Activation;
import org.expunge.influence.data.Shape;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ActivationLayerTest {
    @ParameterizedTest
    @EnumSource
    void derivativesAgreeWithDifferences(Activation activation) {
        LayerChecks.check(new Shape(2, 2, 3), new ActivationLayer(activation));
    }
}
