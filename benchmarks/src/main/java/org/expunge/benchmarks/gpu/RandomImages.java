package org.expunge.benchmarks.gpu;

import java.util.Arrays;
import java.util.Random;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.data.Features;
import org.expunge.influence.data.Shape;
import org.expunge.influence.data.Targets;
import org.expunge.influence.network.Initializer;
import org.expunge.influence.network.Model;
import org.expunge.influence.network.Network;
import org.expunge.influence.network.preset.Presets;

/**
 * Images of random pixels with random classes: numbers of MNIST's and CIFAR's shape, which is all that times ask for.
 */
final class RandomImages {
    static final Shape MNIST = new Shape(1, 28, 28);
    static final Shape CIFAR = new Shape(3, 32, 32);
    static final int CLASSES = 10;

    private RandomImages() {}

    /** Draws normal pixels, each of which float32 holds exactly. */
    static Dataset draw(Shape shape, int rows, long seed) {
        Random random = new Random(seed);
        float[] pixels = new float[Math.multiplyExact(rows, shape.length())];
        for (int i = 0; i < pixels.length; i++) {
            pixels[i] = (float) random.nextGaussian();
        }
        int[] labels = random.ints(rows, 0, CLASSES).toArray();
        return Dataset.of(
                "random images", shape, Features.ofFloats(pixels, shape.length()), Targets.classes(labels, CLASSES));
    }

    /** Draws {@code lenet} or {@code resnet8} for such images, with parameters that float32 holds exactly. */
    static Model model(String preset, Shape shape, long seed) {
        Network network = preset.equals("lenet") ? Presets.lenet(shape, CLASSES) : Presets.resnet8(shape, CLASSES);
        Model drawn = Initializer.RELU.initialise(network, seed);
        double[] parameters = drawn.parameters();
        Arrays.setAll(parameters, i -> (float) parameters[i]);
        return drawn.withParameters(parameters);
    }
}
