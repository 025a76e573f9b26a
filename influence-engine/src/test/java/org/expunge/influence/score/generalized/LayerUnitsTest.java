package org.expunge.influence.score.generalized;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.expunge.influence.compute.Loss;
import org.expunge.influence.data.Shape;
import org.expunge.influence.network.Network;
import org.expunge.influence.network.layer.Dense;
import org.junit.jupiter.api.Test;

class LayerUnitsTest {
    private final Network network = Network.builder(Shape.flat(2))
            .add("hidden", new Dense(3))
            .add("output", new Dense(2))
            .build(Loss.MEAN_SQUARED_ERROR);

    @Test
    void aUnitIsItsRowOfWeightsAndItsBias() {
        List<LayerUnits> layers = LayerUnits.of(network);

        assertThat(layers).extracting(LayerUnits::layer).containsExactly("hidden", "output");
        assertThat(layers).extracting(LayerUnits::count).containsExactly(3, 2);
        assertThat(layers).extracting(LayerUnits::size).containsExactly(3, 4);
        assertThat(layers.get(0).indices(1)).containsExactly(2, 3, 7);
        assertThat(layers.get(1).indices(0)).containsExactly(9, 10, 11, 15);
    }

    @Test
    void allUnitsTogetherAreAllParametersOnce() {
        int[] all = LayerUnits.of(network).stream()
                .flatMapToInt(layer -> IntStream.range(0, layer.count()).flatMap(u -> Arrays.stream(layer.indices(u))))
                .sorted()
                .toArray();

        assertThat(all).isEqualTo(IntStream.range(0, network.layout().length()).toArray());
    }
}
