package org.expunge.influence.network;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.function.IntPredicate;
import org.expunge.influence.compute.Activation;
import org.expunge.influence.compute.Loss;
import org.expunge.influence.data.Shape;
import org.expunge.influence.network.layer.ActivationLayer;
import org.expunge.influence.network.layer.Add;
import org.expunge.influence.network.layer.Dense;
import org.junit.jupiter.api.Test;

class BackwardPlanTest {
    /** relu(x) without parameters, then two ways that meet again; a third way leads nowhere. */
    private static final Network NETWORK = Network.builder(Shape.flat(3))
            .add("relu", new ActivationLayer(Activation.RELU))
            .add("first", new Dense(4))
            .add("left", new ActivationLayer(Activation.TANH), List.of("first"))
            .add("nowhere", new Dense(2), List.of("first"))
            .add("right", new Dense(4), List.of("first"))
            .add("sum", new Add(), List.of("left", "right"))
            .add("output", new Dense(2))
            .build(Loss.SOFTMAX_CROSS_ENTROPY);

    private static List<String> names(IntPredicate which) {
        return NETWORK.nodes().stream()
                .filter(node -> which.test(NETWORK.node(node.name())))
                .map(Network.Node::name)
                .toList();
    }

    @Test
    void visitsWhatADerivativeReachesAndParametersNeed() {
        BackwardPlan plan = new BackwardPlan(NETWORK, false);

        assertThat(names(plan::isVisited)).containsExactly("first", "left", "right", "sum", "output");
        assertThat(names(plan::isConsumed)).containsExactly("first", "right", "output");
        assertThat(names(plan::continues)).containsExactly("left", "right", "sum", "output");
    }

    @Test
    void goesDownToTheInputWhereThatIsAskedFor() {
        BackwardPlan plan = new BackwardPlan(NETWORK, true);

        assertThat(names(plan::continues)).containsExactly("relu", "first", "left", "right", "sum", "output");
        assertThat(plan.needsDelta(Network.INPUT)).isTrue();
        assertThat(plan.isFirst(NETWORK.node("relu"), Network.INPUT)).isTrue();
    }

    @Test
    void letsTheLastLayerThatReadsAnOutputWriteItsDerivativeFirst() {
        BackwardPlan plan = new BackwardPlan(NETWORK, false);
        int first = NETWORK.node("first");

        assertThat(plan.isFirst(NETWORK.node("right"), first)).isTrue();
        assertThat(plan.isFirst(NETWORK.node("left"), first)).isFalse();
        assertThat(plan.isFirst(NETWORK.node("nowhere"), first)).isFalse();
    }
}
