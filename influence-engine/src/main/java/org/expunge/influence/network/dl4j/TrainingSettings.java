package org.expunge.influence.network.dl4j;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import org.expunge.influence.io.BadInputException;
import org.expunge.influence.io.Json;

/**
 * The settings of a layer that steer its training. Those that can be said for all layers at once are gathered into one
 * {@link Dl4jUpdater}; the others are kept as warnings, and those that change the forward pass of training are refused.
 */
final class TrainingSettings {
    private static final String UPDATERS = "org.nd4j.linalg.learning.config.";
    private static final String PENALTIES = "org.nd4j.linalg.learning.regularization.";
    private static final String FIXED = "org.nd4j.linalg.schedule.FixedSchedule";
    private static final String DROPOUT = "org.deeplearning4j.nn.conf.dropout.Dropout";

    private final List<String> warnings;
    private final Set<Optional<Dl4jUpdater>> updaters = new LinkedHashSet<>();

    TrainingSettings(List<String> warnings) {
        this.warnings = warnings;
    }

    /** Returns the update rule, if it is known and the same for all layers with weights. */
    Optional<Dl4jUpdater> updater() {
        if (updaters.size() > 1) {
            warnings.add("the layers differ in updater, l2 or weight decay; none of them is taken over");
        }
        return updaters.size() == 1 ? updaters.iterator().next() : Optional.empty();
    }

    /** Reads what every layer has; {@code hasWeights} tells whether DL4J's penalties act on it. */
    void read(Settings layer, boolean hasParameters, boolean hasWeights) throws BadInputException {
        layer.ignore("biasInit", "gainInit", "weightInitFn", "weightInit", "dist", "timeDistributedFormat");
        layer.ignore("gradientNormalizationThreshold");
        if (!hasParameters) {
            layer.ignore("iupdater", "biasUpdater", "regularization", "regularizationBias", "weightNoise");
            layer.ignore("constraints", "gradientNormalization");
            return;
        }
        if (layer.find("weightNoise") != null) {
            throw layer.refuse(
                    "weightNoise changes the forward pass of training and is not supported; train without it,"
                            + " or add it as a layer");
        }
        warnIf(layer.has("constraints"), layer, "constraints");
        String normalisation = layer.text("gradientNormalization", "None");
        warnIf(!normalisation.equals("None"), layer, "gradientNormalization " + normalisation);
        warnIf(layer.find("biasUpdater") != null, layer, "biasUpdater");
        warnIf(layer.has("regularizationBias"), layer, "regularizationBias");
        Optional<Dl4jUpdater> updater = updater(layer);
        if (hasWeights) {
            updaters.add(penalties(layer, updater));
        } else {
            layer.ignore("regularization");
        }
    }

    /** Reads the dropout on a layer's input: the probability of keeping a unit. */
    static OptionalDouble dropout(Settings layer) throws BadInputException {
        Optional<Settings> found = layer.object("idropout");
        if (found.isEmpty()) {
            return OptionalDouble.empty();
        }
        Settings dropout = found.get();
        if (!dropout.className().equals(DROPOUT)) {
            throw dropout.refuse(dropout.className() + " is not supported; plain Dropout is. Another kind needs a layer"
                    + " in network.layer");
        }
        if (dropout.find("pschedule") != null) {
            throw dropout.refuse("a schedule of dropout probabilities is not supported; a fixed one is");
        }
        dropout.ignore("helperAllowFallback");
        double keep = dropout.number("p", 1);
        if (!(keep > 0 && keep <= 1)) {
            throw dropout.refuse("'p' is the probability of keeping a unit and must be in (0, 1], got " + keep);
        }
        dropout.finish();
        return keep == 1 ? OptionalDouble.empty() : OptionalDouble.of(keep);
    }

    /** Says that DL4J passes over a setting of this layer, and so do we. */
    void warnOfDropoutWithoutEffect(Settings layer) {
        warnIf(layer.find("idropout") != null, layer, "dropOut (DL4J does not apply it to such a layer either)");
    }

    /** Writes what every layer with parameters has. */
    static void write(ObjectNode layer, Dl4jUpdater updater, boolean hasWeights) {
        ObjectNode rule = Json.mapper().createObjectNode();
        switch (updater.kind()) {
            case SGD -> rule.put("@class", UPDATERS + "Sgd");
            case NESTEROVS -> rule.put("@class", UPDATERS + "Nesterovs").put("momentum", updater.momentum());
            case ADAM ->
                rule.put("@class", UPDATERS + "Adam")
                        .put("beta1", updater.beta1())
                        .put("beta2", updater.beta2())
                        .put("epsilon", updater.epsilon());
        }
        layer.set("iupdater", rule.put("learningRate", updater.learningRate()));
        ArrayNode penalties = layer.putArray("regularization");
        if (hasWeights && updater.l2() > 0) {
            penalties.addObject().put("@class", PENALTIES + "L2Regularization").set("l2", fixed(updater.l2()));
        }
        if (hasWeights && updater.weightDecay() > 0) {
            penalties
                    .addObject()
                    .put("@class", PENALTIES + "WeightDecay")
                    .put("applyLR", true)
                    .set("coeff", fixed(updater.weightDecay()));
        }
        layer.putArray("regularizationBias");
    }

    private Optional<Dl4jUpdater> updater(Settings layer) throws BadInputException {
        Optional<Settings> found = layer.object("iupdater");
        if (found.isEmpty()) {
            return Optional.empty();
        }
        Settings rule = found.get();
        boolean isScheduled = rule.find("learningRateSchedule") != null || rule.find("momentumISchedule") != null;
        if (isScheduled || !rule.className().startsWith(UPDATERS)) {
            warnIf(true, layer, "updater " + rule.shortClassName() + (isScheduled ? " with a schedule" : ""));
            return Optional.empty();
        }
        double rate = rule.number("learningRate", 0.1);
        Optional<Dl4jUpdater> known = switch (rule.shortClassName()) {
            case "Sgd" -> Optional.of(Dl4jUpdater.sgd(rate));
            case "Nesterovs" -> Optional.of(Dl4jUpdater.nesterovs(rate, rule.number("momentum", 0.9)));
            case "Adam" ->
                Optional.of(Dl4jUpdater.adam(
                        rate, rule.number("beta1", 0.9), rule.number("beta2", 0.999), rule.number("epsilon", 1e-8)));
            default -> Optional.empty();
        };
        warnIf(known.isEmpty(), layer, "updater " + rule.shortClassName());
        return known;
    }

    /** Sums the penalties: a weight decay set for a whole net stands twice in DL4J's list, and acts twice. */
    private Optional<Dl4jUpdater> penalties(Settings layer, Optional<Dl4jUpdater> updater) throws BadInputException {
        double l2 = 0;
        double weightDecay = 0;
        boolean isKnown = true;
        JsonNode list = layer.find("regularization");
        for (JsonNode element : list == null ? Json.mapper().createArrayNode() : list) {
            Settings penalty = layer.within("regularization", element);
            String name = penalty.shortClassName();
            OptionalDouble coefficient = coefficient(penalty, name);
            if (coefficient.isEmpty()) {
                warnIf(true, layer, "regularization " + name);
                isKnown = false;
            } else if (name.equals("L2Regularization")) {
                l2 += coefficient.getAsDouble();
            } else {
                weightDecay += coefficient.getAsDouble();
            }
        }
        double totalL2 = l2;
        double totalDecay = weightDecay;
        return isKnown ? updater.map(u -> u.withPenalties(totalL2, totalDecay)) : Optional.empty();
    }

    /** The coefficient of an L2 penalty or of a weight decay scaled by the step size, if it is fixed. */
    private static OptionalDouble coefficient(Settings penalty, String name) throws BadInputException {
        String key = name.equals("L2Regularization") ? "l2" : "coeff";
        boolean isKnown = penalty.className().equals(PENALTIES + "L2Regularization")
                || (penalty.className().equals(PENALTIES + "WeightDecay") && penalty.flag("applyLR", true));
        if (!isKnown) {
            return OptionalDouble.empty();
        }
        Optional<Settings> schedule = penalty.object(key);
        return schedule.isPresent() && schedule.get().className().equals(FIXED)
                ? OptionalDouble.of(Math.max(0, schedule.get().number("value", 0)))
                : OptionalDouble.empty();
    }

    private void warnIf(boolean isSet, Settings layer, String setting) {
        if (isSet) {
            warnings.add(layer.where() + ": " + setting + " is not taken over; it changes nothing in how the model"
                    + " predicts, but training here does not do it");
        }
    }

    private static ObjectNode fixed(double value) {
        return Json.mapper().createObjectNode().put("@class", FIXED).put("value", value);
    }
}
