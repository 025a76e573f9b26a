package org.expunge.influence.training;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.expunge.influence.data.DataSpec;
import org.expunge.influence.data.Normalizer;
import org.expunge.influence.io.BadInputException;
import org.expunge.influence.io.Yaml;
import org.expunge.influence.network.Initializer;
import org.expunge.influence.network.preset.Presets;

/** Recipes as YAML. A key that has no meaning for the kind chosen beside it is refused like one that is misspelt. */
final class RecipeYaml {
    private RecipeYaml() {}

    static Recipe read(Path file) throws IOException {
        return parse(Files.readString(file, StandardCharsets.UTF_8), file.toString());
    }

    static Recipe parse(String yaml, String source) throws BadInputException {
        Keys keys = Keys.of(Yaml.parse(yaml, JsonNode.class, source), source);
        Recipe recipe = new Recipe(
                keys.seed("seed", 0), data(keys.map("data")), model(keys.map("model")), training(keys.map("training")));
        keys.refuseOthers();
        return recipe;
    }

    private static DataRecipe data(Keys keys) throws BadInputException {
        DataSpec source = keys.parsed("source", null, DataSpec::parse);
        DataRecipe base = DataRecipe.of(source);
        Normalizer.Options normalization =
                keys.parsed("normalization", base.normalization().toString(), Normalizer.Options::parse);
        double validation = keys.number("validation", base.validation());
        double test = keys.number("test", base.test());
        OptionalLong splitSeed =
                keys.has("splitSeed") ? OptionalLong.of(keys.seed("splitSeed", 0)) : OptionalLong.empty();
        keys.refuseOthers();
        return keys.build(() -> new DataRecipe(source, normalization, validation, test, splitSeed));
    }

    private static ModelRecipe model(Keys keys) throws BadInputException {
        ModelRecipe.Preset preset = keys.choice("preset", ModelRecipe.Preset.class, null);
        String file = preset == ModelRecipe.Preset.FILE ? keys.text("file", null) : "";
        List<Integer> hidden = preset == ModelRecipe.Preset.MLP ? keys.counts("hidden", Presets.MLP_HIDDEN) : List.of();
        Initializer initializer = keys.choice("initializer", Initializer.class, ModelRecipe.defaultInitializer(preset));
        keys.refuseOthers();
        return keys.build(() -> new ModelRecipe(preset, hidden, initializer, file));
    }

    private static TrainingOptions training(Keys keys) throws BadInputException {
        TrainingOptions base = TrainingOptions.DEFAULT;
        Optimizer optimizer = optimizer(keys.map("optimizer"));
        Schedule schedule = schedule(keys.map("schedule"));
        CheckpointPolicy checkpoints = checkpoints(keys.map("checkpoints"));
        EarlyStopping earlyStopping = earlyStopping(keys.map("earlyStopping"));
        int epochs = keys.count("epochs", base.epochs());
        int batchSize = keys.count("batchSize", base.batchSize());
        double l2 = keys.number("l2", base.l2());
        keys.refuseOthers();
        return keys.build(() -> new TrainingOptions(
                optimizer, schedule, epochs, batchSize, l2, checkpoints, earlyStopping, base.seed()));
    }

    private static Optimizer optimizer(Keys keys) throws BadInputException {
        Optimizer.Kind kind = keys.choice("kind", Optimizer.Kind.class, Optimizer.DEFAULT.kind());
        Optimizer base = Optimizer.of(kind);
        boolean hasMomentum = kind.states() == 1;
        boolean isAdam = kind.states() == 2;
        double momentum = hasMomentum ? keys.number("momentum", base.momentum()) : base.momentum();
        double beta1 = isAdam ? keys.number("beta1", base.beta1()) : base.beta1();
        double beta2 = isAdam ? keys.number("beta2", base.beta2()) : base.beta2();
        double epsilon = isAdam ? keys.number("epsilon", base.epsilon()) : base.epsilon();
        double weightDecay = kind == Optimizer.Kind.ADAMW ? keys.number("weightDecay", base.weightDecay()) : 0;
        keys.refuseOthers();
        return keys.build(() -> new Optimizer(kind, momentum, beta1, beta2, epsilon, weightDecay));
    }

    private static Schedule schedule(Keys keys) throws BadInputException {
        Schedule fallback = TrainingOptions.DEFAULT.schedule();
        Schedule.Kind kind = keys.choice("kind", Schedule.Kind.class, fallback.kind());
        double learningRate = keys.number("learningRate", fallback.learningRate());
        Schedule base = keys.build(() -> Schedule.of(kind, learningRate));
        boolean isStep = kind == Schedule.Kind.STEP;
        boolean isCycle = kind == Schedule.Kind.ONE_CYCLE;
        double factor = isStep ? keys.number("factor", base.factor()) : base.factor();
        int stepEpochs = isStep ? keys.count("stepEpochs", base.stepEpochs()) : base.stepEpochs();
        double warmUp = isCycle ? keys.number("warmUp", base.warmUp()) : base.warmUp();
        double start = isCycle ? keys.number("startFraction", base.startFraction()) : base.startFraction();
        double end = isCycle || kind == Schedule.Kind.COSINE
                ? keys.number("endFraction", base.endFraction())
                : base.endFraction();
        keys.refuseOthers();
        return keys.build(() -> new Schedule(kind, learningRate, factor, stepEpochs, warmUp, start, end));
    }

    private static CheckpointPolicy checkpoints(Keys keys) throws BadInputException {
        CheckpointPolicy base = CheckpointPolicy.DEFAULT;
        CheckpointPolicy.Unit unit = keys.choice("unit", CheckpointPolicy.Unit.class, base.unit());
        double interval = keys.number("interval", base.interval());
        int atMost = keys.count("atMost", base.atMost());
        keys.refuseOthers();
        return keys.build(() -> new CheckpointPolicy(unit, interval, atMost));
    }

    private static EarlyStopping earlyStopping(Keys keys) throws BadInputException {
        EarlyStopping base = EarlyStopping.NONE;
        int patience = keys.count("patience", base.patience());
        double minimumImprovement = keys.number("minimumImprovement", base.minimumImprovement());
        keys.refuseOthers();
        return keys.build(() -> new EarlyStopping(patience, minimumImprovement));
    }

    static String text(Recipe recipe) {
        Map<String, Object> all = new LinkedHashMap<>();
        all.put("seed", recipe.seed());
        DataRecipe data = recipe.data();
        all.put("data", dataMap(data));
        all.put("model", modelMap(recipe.model()));
        TrainingOptions options = recipe.training();
        all.put(
                "training",
                Map.of(
                        "optimizer", optimizerMap(options.optimizer()),
                        "schedule", scheduleMap(options.schedule()),
                        "epochs", options.epochs(),
                        "batchSize", options.batchSize(),
                        "l2", options.l2(),
                        "checkpoints",
                                Map.of(
                                        "unit", Keys.name(options.checkpoints().unit()),
                                        "interval", options.checkpoints().interval(),
                                        "atMost", options.checkpoints().atMost()),
                        "earlyStopping",
                                Map.of(
                                        "patience", options.earlyStopping().patience(),
                                        "minimumImprovement",
                                                options.earlyStopping().minimumImprovement())));
        return Yaml.text(all);
    }

    private static Map<String, Object> dataMap(DataRecipe data) {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("source", data.source().toString());
        map.put("normalization", data.normalization().toString());
        map.put("validation", data.validation());
        map.put("test", data.test());
        data.splitSeed().ifPresent(seed -> map.put("splitSeed", seed));
        return map;
    }

    private static Map<String, Object> modelMap(ModelRecipe model) {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("preset", Keys.name(model.preset()));
        map.put("initializer", Keys.name(model.initializer()));
        if (model.preset() == ModelRecipe.Preset.MLP) {
            map.put("hidden", model.hidden());
        }
        if (model.preset() == ModelRecipe.Preset.FILE) {
            map.put("file", model.file());
        }
        return map;
    }

    private static Map<String, Object> optimizerMap(Optimizer optimizer) {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("kind", Keys.name(optimizer.kind()));
        if (optimizer.kind().states() == 1) {
            map.put("momentum", optimizer.momentum());
        }
        if (optimizer.kind().states() == 2) {
            map.put("beta1", optimizer.beta1());
            map.put("beta2", optimizer.beta2());
            map.put("epsilon", optimizer.epsilon());
        }
        if (optimizer.kind() == Optimizer.Kind.ADAMW) {
            map.put("weightDecay", optimizer.weightDecay());
        }
        return map;
    }

    private static Map<String, Object> scheduleMap(Schedule schedule) {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("kind", Keys.name(schedule.kind()));
        map.put("learningRate", schedule.learningRate());
        switch (schedule.kind()) {
            case CONSTANT -> {}
            case STEP -> {
                map.put("factor", schedule.factor());
                map.put("stepEpochs", schedule.stepEpochs());
            }
            case COSINE -> map.put("endFraction", schedule.endFraction());
            case ONE_CYCLE -> {
                map.put("warmUp", schedule.warmUp());
                map.put("startFraction", schedule.startFraction());
                map.put("endFraction", schedule.endFraction());
            }
        }
        return map;
    }
}
