package org.expunge.defense.model;

import static com.google.common.base.Preconditions.checkArgument;

import java.util.ArrayList;
import java.util.List;
import org.expunge.influence.compute.Engine;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.network.Model;
import org.expunge.influence.network.Network;
import org.expunge.influence.network.ParameterLayout;
import org.expunge.influence.network.layer.BatchNormalization;

/**
 * IBD-PSC: amplifies the scale and shift of the last batch normalisations, a layer more from model to model, and asks
 * how sure these models still are of the class that the unchanged one names. Clean inputs are lost, triggered ones keep
 * their class.
 *
 * <p><b>Shapes.</b> n inputs, M amplified models.
 *
 * <p><b>Units.</b> The mean over the models of {@code F_m(x)[ŷ]}, a probability; larger is more suspicious, and the
 * paper flags above .9.
 *
 * <p><b>Accuracy.</b> The first model amplifies the fewest layers whose amplification makes more than
 * {@code cleanError} of the clean rows wrong; where no number of layers does, the M models that amplify the most are
 * taken. A network without batch normalisation is refused: there is nothing that holds the statistics of the
 * unamplified activations against the amplified ones, and a ReLU layer's weights and biases times ω only multiply what
 * follows, so that no clean input would ever be lost.
 *
 * <p><b>Cost.</b> M + 1 forward passes an input, and up to one a layer over the clean rows.
 *
 * <p><b>Source.</b> L. Hou et al., "IBD-PSC: Input-level Backdoor Detection via Parameter-oriented Scaling
 * Consistency", ICML 2024, section 4 and algorithm 1.
 */
public final class ParameterScaling implements InputScore {
    /**
     * How to amplify.
     *
     * @param factor ω, above 1
     * @param models M, at least 1; fewer if the network has fewer layers to amplify
     * @param cleanError ξ, in [0, 1)
     */
    public record Options(double factor, int models, double cleanError) {
        /** The paper's ω = 1.5, five models and ξ = .6. */
        public static final Options DEFAULT = new Options(1.5, 5, 0.6);

        /** Checks the ranges. */
        public Options {
            checkArgument(factor > 1, "factor must be above 1, got %s", factor);
            checkArgument(models >= 1, "models must be at least 1, got %s", models);
            checkArgument(cleanError >= 0 && cleanError < 1, "clean error must be in [0, 1), got %s", cleanError);
        }
    }

    private final Answers plain;
    private final List<Answers> amplified = new ArrayList<>();
    private final int firstLayers;

    /**
     * Makes the amplified models.
     *
     * @param engine where it runs; stays the caller's to close
     * @param model a model with batch normalisation
     * @param clean normalised rows with their true labels, at least 1
     * @param options how to amplify
     * @throws IllegalArgumentException if {@link #appliesTo} does not hold
     */
    public ParameterScaling(Engine engine, Model model, Dataset clean, Options options) {
        List<Integer> layers = layers(model.network());
        checkArgument(
                !layers.isEmpty(),
                "parameter scaling needs batch normalisation with learned scales, and the network has none; use"
                        + " SCALE-UP or STRIP");
        checkArgument(clean.size() >= 1, "parameter scaling needs clean rows, but %s is empty", clean.name());
        this.plain = new Answers(engine, model);
        int latest = Math.max(1, layers.size() - options.models() + 1);
        int first = 1;
        while (first < latest
                && !(new Answers(engine, amplified(model, layers, first, options.factor())).error(clean)
                        > options.cleanError())) {
            first++;
        }
        this.firstLayers = first;
        for (int count = first; count <= layers.size() && amplified.size() < options.models(); count++) {
            amplified.add(new Answers(engine, amplified(model, layers, count, options.factor())));
        }
    }

    /** Returns whether a network has batch normalisation with learned scales. */
    public static boolean appliesTo(Network network) {
        return !layers(network).isEmpty();
    }

    /** Returns the normalisations that can be amplified, last one first. */
    private static List<Integer> layers(Network network) {
        List<Integer> found = new ArrayList<>();
        for (int node : network.parametricNodes()) {
            if (network.nodes().get(node).layer() instanceof BatchNormalization) {
                found.add(0, node);
            }
        }
        return found;
    }

    private static Model amplified(Model model, List<Integer> layers, int count, double factor) {
        double[] parameters = model.parameters();
        for (int node : layers.subList(0, count)) {
            for (ParameterLayout.Entry entry : model.network().layout().of(node)) {
                for (int i = entry.offset(); i < entry.offset() + entry.length(); i++) {
                    parameters[i] *= factor;
                }
            }
        }
        return model.withParameters(parameters);
    }

    /** Returns how many of the last normalisations the first model amplifies. */
    public int firstLayers() {
        return firstLayers;
    }

    /** Returns the number of amplified models. */
    public int models() {
        return amplified.size();
    }

    @Override
    public String name() {
        return "IBD-PSC";
    }

    @Override
    public double[] score(Dataset inputs) {
        int[] labels = plain.labels(inputs);
        double[] means = new double[inputs.size()];
        for (Answers member : amplified) {
            double[][] probabilities = member.probabilities(inputs);
            for (int i = 0; i < means.length; i++) {
                means[i] += probabilities[i][labels[i]] / amplified.size();
            }
        }
        return means;
    }
}
