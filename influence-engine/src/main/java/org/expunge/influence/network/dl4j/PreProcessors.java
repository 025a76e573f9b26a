package org.expunge.influence.network.dl4j;

import java.util.List;
import org.expunge.influence.data.Shape;
import org.expunge.influence.io.BadInputException;
import org.expunge.influence.network.layer.ChannelsFirst;
import org.expunge.influence.network.layer.ChannelsLast;
import org.expunge.influence.network.layer.Reshape;

/** DL4J's preprocessors between dense and convolutional layers, which only reshape. */
final class PreProcessors {
    private static final String PACKAGE = "org.deeplearning4j.nn.conf.preprocessor.";
    private static final String TO_DENSE = PACKAGE + "CnnToFeedForwardPreProcessor";
    private static final String FROM_SEQUENCE = PACKAGE + "RnnToFeedForwardPreProcessor";
    private static final String TO_IMAGE = PACKAGE + "FeedForwardToCnnPreProcessor";

    private PreProcessors() {}

    /** Returns the image that a preprocessor takes or makes. */
    static Shape image(Settings preProcessor) throws BadInputException {
        if (!isToImage(preProcessor) && !preProcessor.className().equals(TO_DENSE)) {
            throw preProcessor.refuse("preprocessor " + preProcessor.className()
                    + " is not supported; those between images and flat rows are");
        }
        return new Shape(
                preProcessor.integer("numChannels"),
                preProcessor.integer("inputHeight"),
                preProcessor.integer("inputWidth"));
    }

    /**
     * Adds what a preprocessor does.
     *
     * @param assembly gets a node, unless nothing changes
     * @param name what to call the node
     * @param input the node that the preprocessor takes
     * @param flattensAnyway whether the layer behind it takes images in channel, row, column order as they are
     * @return the node that the layer behind it takes
     */
    static String lower(
            NetworkAssembly assembly, Settings preProcessor, String name, String input, boolean flattensAnyway)
            throws BadInputException {
        Shape from = assembly.shapeOf(input);
        if (preProcessor.className().equals(FROM_SEQUENCE)) {
            preProcessor.ignore("rnnDataFormat");
            preProcessor.finish();
            if (!from.isFlat()) {
                throw preProcessor.refuse("would apply the next layer to each position of a sequence of " + from
                        + "; pool the sequence first");
            }
            return input;
        }
        Shape image = image(preProcessor);
        assembly.readFormat(preProcessor, "format");
        preProcessor.finish();
        boolean toImage = isToImage(preProcessor);
        boolean fits = from.equals(image) || (from.isFlat() && from.length() == image.length());
        if (!fits) {
            throw preProcessor.refuse("is for images of " + image + " but gets " + from);
        }
        boolean isPermuted = assembly.format() == DataFormat.NHWC;
        if (toImage && !from.equals(image)) {
            return assembly.add(name, isPermuted ? new ChannelsFirst(image) : new Reshape(image), List.of(input));
        }
        if (!toImage && !from.isFlat() && (isPermuted || !flattensAnyway)) {
            return assembly.add(
                    name, isPermuted ? new ChannelsLast() : new Reshape(Shape.flat(image.length())), List.of(input));
        }
        return input;
    }

    private static boolean isToImage(Settings preProcessor) throws BadInputException {
        return preProcessor.className().equals(TO_IMAGE);
    }
}
