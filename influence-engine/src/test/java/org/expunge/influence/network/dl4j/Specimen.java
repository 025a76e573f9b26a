package org.expunge.influence.network.dl4j;

import org.expunge.influence.data.Shape;

/**
 * One net of the zoo.
 *
 * @param name for the test report
 * @param net the net, initialised
 * @param input shape of an example
 * @param loss what targets suit it: softmax, sigmoid or real
 * @param trust what DL4J can be asked about it
 */
record Specimen(String name, Dl4jNet net, Shape input, String loss, Trust trust) {
    /** What DL4J computes as we define it. */
    enum Trust {
        /** Output, loss and the gradient of a training pass. */
        ALL,
        /** Output and loss: a training pass draws dropout or uses batch statistics. */
        INFERENCE,
        /** Output alone: its score runs an activation in place on what another vertex still needs. */
        OUTPUT
    }

    @Override
    public String toString() {
        return name;
    }
}
