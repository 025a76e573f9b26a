package org.expunge.influence.network;

import java.util.List;
import org.expunge.influence.data.Shape;

/** What a {@link Pass} takes, for memory plans. */
public final class PassMemory {
    private PassMemory() {}

    /**
     * Returns the numbers that a pass holds for each example: inputs and targets as they come and as they are read,
     * outputs and their derivatives, and what layers keep and share, columns of convolutions above all. Rows that a
     * device keeps for later passes are not among them: they make way.
     */
    public static long numbersPerExample(Network network) {
        long numbers = 2L * network.input().length() + 2L * network.outputs();
        for (int i = 0; i < network.nodes().size(); i++) {
            Network.Node node = network.nodes().get(i);
            List<ParameterLayout.Entry> entries = network.layout().of(i);
            // the output and its derivative, what the layer keeps and what it shares with others of its size
            numbers += 4L * node.output().length() + columnNumbers(entries, node.output());
            if (!entries.isEmpty()) {
                for (int input : node.inputs()) {
                    numbers += (input == Network.INPUT
                                    ? network.input()
                                    : network.nodes().get(input).output())
                            .length();
                }
                numbers += node.output().length();
            }
        }
        return numbers;
    }

    private static long columnNumbers(List<ParameterLayout.Entry> entries, Shape output) {
        return entries.stream()
                .filter(entry -> entry.tensor().shape().size() > 2)
                .mapToLong(entry -> 2L * entry.tensor().fanIn() * output.height() * output.width())
                .sum();
    }
}
