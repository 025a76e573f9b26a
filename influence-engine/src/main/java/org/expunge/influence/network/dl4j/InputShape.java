package org.expunge.influence.network.dl4j;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.expunge.influence.data.Shape;
import org.expunge.influence.io.BadInputException;

/**
 * The shape of an example, which DL4J's configuration does not state. It follows from a preprocessor on the input, or
 * from the first dense layer when only layers that keep the shape come before it, or from an embedding of sequences of
 * one length.
 */
final class InputShape {
    private static final String LAYERS = "org.deeplearning4j.nn.conf.layers.";
    private static final Set<String> KEEP_SHAPE =
            Set.of(LAYERS + "ActivationLayer", LAYERS + "DropoutLayer", LAYERS + "BatchNormalization");
    private static final Set<String> FLAT = Set.of(LAYERS + "DenseLayer", LAYERS + "OutputLayer");

    private InputShape() {}

    /**
     * Finds the shape.
     *
     * @throws BadInputException if the configuration leaves it open; says what to give
     */
    static Shape of(List<Vertex> vertices, String source) throws BadInputException {
        Optional<Shape> found = from(vertices, Vertex.INPUT);
        if (found.isEmpty()) {
            throw new BadInputException(
                    source,
                    "the configuration does not say how large an input is; give its shape as channels, rows, columns");
        }
        return found.get();
    }

    private static Optional<Shape> from(List<Vertex> vertices, String name) throws BadInputException {
        for (Vertex vertex : vertices) {
            if (vertex.inputs().equals(List.of(name))) {
                Optional<Shape> found = atVertex(vertices, vertex);
                if (found.isPresent()) {
                    return found;
                }
            }
        }
        return Optional.empty();
    }

    private static Optional<Shape> atVertex(List<Vertex> vertices, Vertex vertex) throws BadInputException {
        String className = vertex.settings().className();
        try {
            if (vertex.preProcessor().isPresent()) {
                return Optional.of(PreProcessors.image(vertex.preProcessor().get()));
            }
            if (className.equals(LAYERS + "EmbeddingSequenceLayer")
                    && !vertex.settings().flag("inferInputLength", true)) {
                return Optional.of(new Shape(1, 1, vertex.settings().integer("inputLength")));
            }
            if (FLAT.contains(className)) {
                return Optional.of(Shape.flat(vertex.settings().integer("nin")));
            }
        } catch (IllegalArgumentException e) {
            throw vertex.settings().refuse(String.valueOf(e.getMessage()));
        }
        return KEEP_SHAPE.contains(className) ? from(vertices, vertex.name()) : Optional.empty();
    }
}
