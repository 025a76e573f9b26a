package org.expunge.influence.network.layer;

import org.expunge.influence.data.Shape;
import org.junit.jupiter.api.Test;

class DenseTest {
    @Test
    void derivativesAgreeWithDifferences() {
        LayerChecks.check(Shape.flat(5), new Dense(4));
    }

    @Test
    void derivativesAgreeWithDifferencesWithoutABias() {
        LayerChecks.check(Shape.flat(5), new Dense(4, false));
    }

    @Test
    void flattensAnImage() {
        LayerChecks.check(new Shape(2, 3, 2), new Dense(1));
    }
}
