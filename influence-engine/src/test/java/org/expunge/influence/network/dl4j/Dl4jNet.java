package org.expunge.influence.network.dl4j;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Random;
import org.deeplearning4j.nn.api.NeuralNetwork;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.util.ModelSerializer;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.data.Features;
import org.expunge.influence.data.Shape;
import org.expunge.influence.data.Targets;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;

/** DL4J itself, as the oracle: one face for its two kinds of network, with plain arrays in and out. */
final class Dl4jNet {
    private final NeuralNetwork net;
    private final DataType type;

    Dl4jNet(NeuralNetwork net) {
        this.net = net;
        this.type = net.params().dataType();
    }

    /** Loads a zip with DL4J's own reader. */
    static Dl4jNet restore(Path zip, boolean isGraph) throws IOException {
        return new Dl4jNet(
                isGraph
                        ? ModelSerializer.restoreComputationGraph(zip.toFile(), true)
                        : ModelSerializer.restoreMultiLayerNetwork(zip.toFile(), true));
    }

    private boolean isChannelsLast() {
        return net instanceof MultiLayerNetwork mln
                && mln.getLayerWiseConfigurations().toJson().contains("NHWC");
    }

    boolean isGraph() {
        return net instanceof ComputationGraph;
    }

    /** Writes a zip with DL4J's own writer. */
    void save(Path zip, boolean withUpdater) throws IOException {
        ModelSerializer.writeModel((org.deeplearning4j.nn.api.Model) net, zip.toFile(), withUpdater);
    }

    double[] parameters() {
        return net.params().toDoubleVector();
    }

    void setParameters(double[] values) {
        INDArray array = Nd4j.createFromArray(values).castTo(type);
        ((org.deeplearning4j.nn.api.Model) net).setParams(array);
    }

    /** Moves every parameter by a seeded amount, so that none is at its initial 0 or 1. */
    Dl4jNet shaken(long seed) {
        Random random = new Random(seed);
        double[] values = parameters();
        for (int i = 0; i < values.length; i++) {
            values[i] += 0.1 * random.nextGaussian();
        }
        setParameters(values);
        return this;
    }

    double[][] predict(Dataset data) {
        INDArray x = features(data);
        INDArray y = net instanceof MultiLayerNetwork mln ? mln.output(x) : ((ComputationGraph) net).outputSingle(x);
        return y.reshape(new long[] {data.size(), -1}).castTo(DataType.DOUBLE).toDoubleMatrix();
    }

    /** Predicts with the mask "token is not 0", of a list of layers. */
    double[][] predictMasked(Dataset data) {
        INDArray x = features(data);
        INDArray y = ((MultiLayerNetwork) net).output(x, false, mask(x), null);
        return y.castTo(DataType.DOUBLE).toDoubleMatrix();
    }

    /** The summed gradient of one training pass with the mask "token is not 0", of a list of layers. */
    double[] gradientSumMasked(Dataset data) {
        MultiLayerNetwork list = (MultiLayerNetwork) net;
        INDArray x = features(data);
        list.setLayerMaskArrays(mask(x), null);
        double[] gradient = gradientSum(data);
        list.clearLayerMaskArrays();
        return gradient;
    }

    private static INDArray mask(INDArray tokens) {
        return tokens.neq(0).castTo(tokens.dataType());
    }

    /** Mean loss in inference, without penalties. */
    double meanLoss(Dataset data) {
        DataSet batch = batch(data);
        return net instanceof MultiLayerNetwork mln
                ? mln.score(batch, false)
                : ((ComputationGraph) net).score(batch, false);
    }

    /** The summed gradient of one training pass, flat. */
    double[] gradientSum(Dataset data) {
        if (net instanceof MultiLayerNetwork mln) {
            mln.setInput(features(data));
            mln.setLabels(targets(data));
            mln.computeGradientAndScore();
            return mln.getFlattenedGradients().toDoubleVector();
        }
        ComputationGraph graph = (ComputationGraph) net;
        graph.setInput(0, features(data));
        graph.setLabels(targets(data));
        graph.computeGradientAndScore();
        return graph.getFlattenedGradients().toDoubleVector();
    }

    /** One step of training on the whole batch. */
    void fit(Dataset data) {
        net.fit(batch(data));
    }

    /**
     * Random rows with targets that suit the loss: class indices for softmax, zeros and ones, or numbers; "tokens" is
     * softmax on token numbers.
     */
    static Dataset data(Shape shape, int rows, int outputs, String loss, long seed) {
        Random random = new Random(seed);
        long length = (long) rows * shape.length();
        double[] x = loss.equals("tokens")
                ? random.ints(length, 0, SequenceZoo.TOKENS).asDoubleStream().toArray()
                : random.doubles(length, -1, 1).toArray();
        Targets targets = switch (loss) {
            case "softmax", "tokens" ->
                Targets.classes(random.ints(rows, 0, outputs).toArray(), outputs);
            case "sigmoid" ->
                Targets.real(
                        random.ints((long) rows * outputs, 0, 2)
                                .asDoubleStream()
                                .toArray(),
                        outputs);
            default -> Targets.real(random.doubles((long) rows * outputs, -1, 1).toArray(), outputs);
        };
        return Dataset.of("random", shape, Features.of(x, shape.length()), targets);
    }

    private DataSet batch(Dataset data) {
        return new DataSet(features(data), targets(data));
    }

    private INDArray features(Dataset data) {
        Shape shape = data.shape();
        INDArray flat = array(
                data.size(), shape.length(), (row, into) -> data.features().read(row, into, 0));
        if (shape.isFlat()) {
            return flat;
        }
        if (shape.channels() == 1 && shape.height() == 1) {
            return flat; // token numbers
        }
        INDArray images = flat.reshape('c', new long[] {data.size(), shape.channels(), shape.height(), shape.width()});
        return isChannelsLast() ? images.permute(0, 2, 3, 1).dup('c') : images;
    }

    private INDArray targets(Dataset data) {
        return array(
                data.size(),
                data.targets().width(),
                (row, into) -> data.targets().read(row, into, 0));
    }

    private INDArray array(int rows, int width, java.util.function.BiConsumer<Integer, double[]> reader) {
        double[][] values = new double[rows][width];
        for (int i = 0; i < rows; i++) {
            reader.accept(i, values[i]);
        }
        return Nd4j.createFromArray(values).castTo(type);
    }
}
