package org.expunge.influence.network.dl4j;

import static com.google.common.base.Preconditions.checkArgument;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Optional;
import org.expunge.influence.data.Shape;
import org.expunge.influence.io.Json;

/**
 * What DL4J has at a node of ours: the output of a vertex, of rank 4 or rank 2, and the shape that ours has by then.
 * The two differ after a reshape that has no vertex of its own.
 *
 * @param vertex the vertex
 * @param isImage whether its output has rank 4; rank 2 or, of a sequence, 3 otherwise
 * @param physical the shape of its output
 * @param logical the shape at the node
 * @param isPermuted whether the reshape between them reads rows, columns, channels
 */
record Place(String vertex, boolean isImage, Shape physical, Shape logical, boolean isPermuted) {
    private static final String PACKAGE = "org.deeplearning4j.nn.conf.preprocessor.";

    static Place of(String vertex, boolean isImage, Shape shape) {
        return new Place(vertex, isImage, shape, shape, false);
    }

    /** Returns whether DL4J has a sequence here: its output has rank 3. */
    boolean isSequence() {
        return !isImage && !physical.isFlat();
    }

    /** The place after a reshape that is left to the next layer's preprocessor. */
    Place reshaped(String node, Shape target, boolean permuted) {
        checkArgument(
                physical.equals(logical),
                "%s follows another reshape, which cannot be written; make one reshape of the two",
                node);
        return new Place(vertex, isImage, physical, target, permuted);
    }

    /** Returns whether a layer that takes either sees an image here. */
    boolean seemsImage() {
        return physical.equals(logical) ? isImage : !logical.isFlat();
    }

    /**
     * Returns the preprocessor of a layer that takes this output.
     *
     * @param node the layer, for errors
     * @param wantsImage whether it takes rank 4
     * @param format how the net orders its images
     */
    Optional<ObjectNode> preProcessor(String node, boolean wantsImage, DataFormat format) {
        if (vertex.equals(Vertex.INPUT) && isImage && wantsImage && physical.equals(logical)) {
            return Optional.of(json("FeedForwardToCnnPreProcessor", physical, format)); // says how large an input is
        }
        if (isImage == wantsImage) {
            checkArgument(
                    !isImage || physical.equals(logical),
                    "layer %s takes an image of %s made from one of %s, which DL4J cannot do",
                    node,
                    logical,
                    physical);
            return Optional.empty();
        }
        Shape image = isImage ? physical : logical;
        checkArgument(
                isPermuted == (format == DataFormat.NHWC)
                        || image.channels() == 1
                        || image.length() == image.channels(),
                "layer %s takes numbers in channel, row, column order in a network that also uses ChannelsLast, which"
                        + " DL4J cannot do",
                node);
        return Optional.of(
                json(isImage ? "CnnToFeedForwardPreProcessor" : "FeedForwardToCnnPreProcessor", image, format));
    }

    private static ObjectNode json(String className, Shape image, DataFormat format) {
        return Json.mapper()
                .createObjectNode()
                .put("@class", PACKAGE + className)
                .put("format", format.name())
                .put("inputHeight", image.height())
                .put("inputWidth", image.width())
                .put("numChannels", image.channels());
    }
}
