package org.expunge.benchmarks.study;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.expunge.defense.attack.Aim;
import org.expunge.defense.attack.Attack;
import org.expunge.defense.attack.AttackCatalogue;
import org.expunge.defense.attack.AttackGate;
import org.expunge.defense.attack.AttackRequest;
import org.expunge.defense.attack.PlantedAttack;
import org.expunge.defense.attack.craft.Surrogate;
import org.expunge.influence.backend.Backends;
import org.expunge.influence.compute.Engine;
import org.expunge.influence.compute.Workers;
import org.expunge.influence.data.DataSpec;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.data.Normalizer;
import org.expunge.influence.data.Partition;
import org.expunge.influence.data.StratifiedSplit;
import org.expunge.influence.network.Initializer;
import org.expunge.influence.network.Model;
import org.expunge.influence.network.preset.Presets;
import org.expunge.influence.training.Evaluator;
import org.expunge.influence.training.Optimizer;
import org.expunge.influence.training.Schedule;
import org.expunge.influence.training.Trainer;
import org.expunge.influence.training.TrainingListener;
import org.expunge.influence.training.TrainingOptions;

/**
 * Every attack for images on the embedded digits at its default settings: does it work?
 *
 * <p>{@code java -cp benchmarks/target/benchmarks.jar org.expunge.benchmarks.study.AttackStudy
 * docs/results/attacks-digits.csv 8}
 */
public final class AttackStudy {
    private static final int SOURCE = 1;
    private static final int TARGET = 0;
    /** The surrogate's start and order are its own. */
    private static final long SURROGATE = 100;

    private static final List<String> ATTACKS = List.of(
            "patch",
            "all-to-one",
            "all-to-all",
            "blend",
            "sig",
            "wanet",
            "tact",
            "adaptive-blend",
            "adaptive-patch",
            "clean-label-patch",
            "feature-collision",
            "bullseye-polytope",
            "gradient-matching",
            "targeted-flip");
    /** Attacks that are aimed at every other class. */
    private static final List<String> WIDE = List.of("sig", "clean-label-patch");

    private final Engine engine;
    private final Evaluator evaluator;

    private AttackStudy(Engine engine) {
        this.engine = engine;
        this.evaluator = new Evaluator(engine);
    }

    /**
     * Runs the study.
     *
     * @param args the file to write and the number of seeds
     */
    public static void main(String[] args) throws IOException {
        String command = "java -cp benchmarks/target/benchmarks.jar org.expunge.benchmarks.study.AttackStudy "
                + String.join(" ", args);
        StudyTable table = new StudyTable(
                command,
                List.of(
                        "seed",
                        "attack",
                        "adversarial rows",
                        "covers",
                        "attack success",
                        "attack success clean model",
                        "accuracy",
                        "accuracy clean model",
                        "verdict"));
        try (Engine engine = new Engine(Backends.create("cpu"), Workers.perProcessor(), 32)) {
            for (long seed = 1; seed <= Integer.parseInt(args[1]); seed++) {
                new AttackStudy(engine).run(seed, table);
            }
        }
        table.write(Path.of(args[0]));
    }

    private void run(long seed, StudyTable table) throws IOException {
        Partition digits = new StratifiedSplit(0, 0.25, seed)
                .split(DataSpec.parse("digits").load().train());
        Normalizer scale = Normalizer.fit(digits.train(), new Normalizer.Options(Normalizer.Kind.SCALE, 16));
        Model clean = trained(scale.apply(digits.train()), seed);
        Surrogate surrogate = new Surrogate(engine, trained(scale.apply(digits.train()), seed + SURROGATE), scale);
        AttackCatalogue.Setting setting = new AttackCatalogue.Setting(digits, () -> surrogate);
        for (String name : ATTACKS) {
            int source = WIDE.contains(name) ? Aim.EVERY_CLASS : SOURCE;
            Attack attack = AttackCatalogue.make(AttackRequest.of(name, source, TARGET, seed), setting);
            PlantedAttack planted = attack.plant(digits.train());
            Model poisoned = trained(scale.apply(planted.train()), seed);
            Dataset inputs = scale.apply(attack.attackInputs(digits.test()));
            Dataset test = scale.apply(digits.test());
            AttackGate gate = new AttackGate(
                    success(poisoned, inputs, attack),
                    success(clean, inputs, attack),
                    evaluator.evaluate(poisoned, test).accuracy(),
                    evaluator.evaluate(clean, test).accuracy());
            table.add(
                    seed,
                    name,
                    planted.adversarialIds().size(),
                    planted.coverIds().size(),
                    gate.attackSuccess(),
                    gate.baseSuccess(),
                    gate.cleanAccuracy(),
                    gate.baseAccuracy(),
                    gate.holds() ? "works" : gate.verdict());
        }
    }

    private double success(Model model, Dataset inputs, Attack attack) {
        return AttackGate.successRate(evaluator.evaluate(model, inputs).predictedLabels(), inputs, attack::targetOf);
    }

    private Model trained(Dataset rows, long seed) {
        TrainingOptions options = TrainingOptions.DEFAULT
                .withOptimizer(Optimizer.sgd())
                .withSchedule(Schedule.cosine(0.2))
                .withEpochs(20)
                .withBatchSize(32)
                .withL2(1e-4)
                .withSeed(seed);
        Model start = Initializer.XAVIER.initialise(Presets.mlp(rows.shape(), rows.classes(), List.of(96, 48)), seed);
        return new Trainer(engine, options)
                .train(start, rows, rows.select(new int[0]), TrainingListener.NONE)
                .model();
    }
}
