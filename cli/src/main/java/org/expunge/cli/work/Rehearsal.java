package org.expunge.cli.work;

import java.util.function.IntUnaryOperator;
import org.expunge.cli.render.Console;
import org.expunge.defense.attack.AttackGate;
import org.expunge.defense.attack.craft.Surrogate;
import org.expunge.influence.compute.Engine;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.data.Normalizer;
import org.expunge.influence.data.Partition;
import org.expunge.influence.network.Model;
import org.expunge.influence.training.Evaluator;
import org.expunge.influence.training.Recipe;
import org.expunge.influence.training.Retrainer;
import org.expunge.influence.training.Seeds;

/** Trains models for an attack: the attacker's own, and those by which it is judged. */
public final class Rehearsal {
    private final Engine engine;
    private final Console console;
    private final Recipe recipe;

    /**
     * Prepares.
     *
     * @param engine where it trains; stays the caller's to close
     * @param console takes progress
     * @param recipe what is trained; its data part says how rows are normalised
     */
    public Rehearsal(Engine engine, Console console, Recipe recipe) {
        this.engine = engine;
        this.console = console;
        this.recipe = recipe;
    }

    /** Trains the attacker's model, of a start and order of its own, on the clean rows. */
    Surrogate surrogate(Partition clean) {
        long seed = new Seeds(recipe.seed()).of("surrogate");
        Normalizer normalizer = normalizer(clean.train());
        Model model = console.during(
                "training a surrogate on " + clean.train().size() + " rows",
                () -> trained(clean.train(), clean.validation(), normalizer, seed));
        return new Surrogate(engine, model, normalizer);
    }

    /** Trains on clean and on poisoned rows, and judges the attack by both. */
    Drill.Gate gate(Partition clean, Dataset poisoned, Dataset inputs, IntUnaryOperator targetOf) {
        if (inputs.size() == 0) {
            return Drill.Gate.none();
        }
        Figures before = figures("clean", clean.train(), clean, inputs, targetOf);
        Figures after = figures("poisoned", poisoned, clean, inputs, targetOf);
        return Drill.Gate.of(new AttackGate(after.success(), before.success(), after.accuracy(), before.accuracy()));
    }

    private record Figures(double success, double accuracy) {}

    private Figures figures(String what, Dataset train, Partition clean, Dataset inputs, IntUnaryOperator targetOf) {
        Normalizer normalizer = normalizer(train);
        Model model = console.during(
                "training on " + what + " rows", () -> trained(train, clean.validation(), normalizer, recipe.seed()));
        Evaluator evaluator = new Evaluator(engine);
        int[] predicted = evaluator.evaluate(model, normalizer.apply(inputs)).predictedLabels();
        return new Figures(
                AttackGate.successRate(predicted, inputs, targetOf),
                evaluator.evaluate(model, normalizer.apply(clean.test())).accuracy());
    }

    private Normalizer normalizer(Dataset train) {
        return Normalizer.fit(train, recipe.data().normalization());
    }

    private Model trained(Dataset train, Dataset validation, Normalizer normalizer, long seed) {
        return new Retrainer(engine, recipe)
                .retrain(normalizer.apply(train), normalizer.apply(validation), seed)
                .model();
    }
}
