package org.expunge.benchmarks.defense;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.expunge.defense.attack.Attack;
import org.expunge.defense.attack.BackdoorAttack;
import org.expunge.defense.attack.PlantedAttack;
import org.expunge.defense.attack.Trigger;
import org.expunge.defense.attack.craft.FeatureRanges;
import org.expunge.influence.compute.Engine;
import org.expunge.influence.curvature.VectorMath;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.data.Features;
import org.expunge.influence.data.Normalizer;
import org.expunge.influence.data.Targets;
import org.expunge.influence.gradient.PerExample;
import org.expunge.influence.network.Model;
import org.expunge.influence.score.perturbation.InputPerturbation;
import org.expunge.influence.training.Checkpoint;
import org.expunge.influence.training.Recipe;
import org.expunge.influence.training.Retrainer;

/**
 * A backdoor whose attacker knows that its rows will be traced by renormalised influence: he trains a poisoned model of
 * his own and moves each poisoned row, beside the trigger, downhill on {@code mean_t cos(g_t(x), ĝ_t)}, where ĝ_t is
 * the mean gradient of triggered inputs at checkpoint t. How far rows may move is what he trades attack success for.
 */
final class EvasiveAttack implements Attack {
    private static final int STEPS = 20;
    private static final int CHECKPOINTS = 4;
    private static final long OTHER_SEED = 7919;

    private final AttackMaker.Victim victim;
    private final Recipe recipe;
    private final BackdoorAttack.Options options;
    private final double reach;
    private final BackdoorAttack plain;

    /**
     * Makes the attack.
     *
     * @param victim what the attacker knows
     * @param recipe how the victim trains; the attacker uses another seed
     * @param options the backdoor
     * @param reach how far a feature may move, as a share of its range, 0 or more
     */
    EvasiveAttack(AttackMaker.Victim victim, Recipe recipe, BackdoorAttack.Options options, double reach) {
        this.victim = victim;
        this.recipe = recipe;
        this.options = options;
        this.reach = reach;
        this.plain = new BackdoorAttack(options);
    }

    @Override
    public String name() {
        return "evasive " + reach;
    }

    @Override
    public PlantedAttack plant(Dataset train) {
        PlantedAttack planted = plain.plant(train);
        Normalizer scale = victim.scale();
        List<Checkpoint> all = new Retrainer(victim.engine(), recipe)
                .retrain(
                        scale.apply(planted.train()),
                        scale.apply(victim.parts().validation()),
                        victim.seed() + OTHER_SEED)
                .checkpoints();
        List<Model> models = IntStream.rangeClosed(1, CHECKPOINTS)
                .mapToObj(i -> all.get(all.size() * i / CHECKPOINTS - 1).model())
                .toList();
        int[] rows = planted.train().rowsOf(planted.adversarialIds());
        Dataset moved = moved(planted.train().select(rows), models, FeatureRanges.of(train));
        Map<Integer, double[]> changed = new HashMap<>();
        for (int i = 0; i < rows.length; i++) {
            changed.put(rows[i], moved.row(i));
        }
        return new PlantedAttack(
                planted.train().withFeatures(Features.overlay(planted.train().features(), changed)),
                planted.adversarialIds(),
                planted.coverIds(),
                planted.originals(),
                this);
    }

    private Dataset moved(Dataset poison, List<Model> models, FeatureRanges ranges) {
        Engine engine = victim.engine();
        PerExample perExample = new PerExample(engine);
        Dataset inputs =
                victim.scale().apply(asTarget(plain.attackInputs(victim.parts().validation())));
        List<double[]> wanted = models.stream()
                .map(model -> unit(perExample.sumGradient(model, inputs)))
                .toList();
        double[][] start = read(poison);
        double[][] x = read(poison);
        for (int step = 0; step < STEPS; step++) {
            for (int i = 0; i < x.length; i++) {
                Dataset one = with(poison.select(new int[] {i}), new double[][] {x[i]});
                double[] slope =
                        cosineSlope(engine, models, wanted, victim.scale().apply(one));
                for (int j = 0; j < slope.length; j++) {
                    double span = ranges.highest(j) - ranges.lowest(j);
                    double next = x[i][j] - 2 * reach / STEPS * span * Math.signum(slope[j]);
                    double near = Math.min(start[i][j] + reach * span, Math.max(start[i][j] - reach * span, next));
                    x[i][j] = Math.min(ranges.highest(j), Math.max(ranges.lowest(j), near));
                }
                options.trigger()
                        .apply(
                                Trigger.Use.POISON,
                                poison.shape(),
                                x[i],
                                new java.util.SplittableRandom(options.seed()));
            }
        }
        return with(poison, x);
    }

    /** Slope of the mean cosine over models; the normaliser's scale is the same for all pixels. */
    private static double[] cosineSlope(Engine engine, List<Model> models, List<double[]> wanted, Dataset one) {
        double[] sum = new double[one.shape().length()];
        for (int t = 0; t < models.size(); t++) {
            double[] gradient = new PerExample(engine).sumGradient(models.get(t), one);
            double norm = norm(gradient);
            if (norm > 0) {
                double[] towards = wanted.get(t);
                double cosine = VectorMath.dot(gradient, towards) / norm;
                double[] direction = new double[gradient.length];
                Arrays.setAll(direction, k -> (towards[k] - cosine * gradient[k] / norm) / norm);
                double[] slope = new InputPerturbation(engine, models.get(t)).derivatives(one, direction)[0];
                Arrays.setAll(sum, j -> sum[j] + slope[j]);
            }
        }
        return sum;
    }

    private Dataset asTarget(Dataset inputs) {
        int[] labels =
                IntStream.generate(options.aim()::target).limit(inputs.size()).toArray();
        return inputs.withTargets(Targets.classes(labels, inputs.classes()));
    }

    private static double[][] read(Dataset rows) {
        IntFunction<double[]> row = rows::row;
        return IntStream.range(0, rows.size()).mapToObj(row).toArray(double[][]::new);
    }

    private static Dataset with(Dataset rows, double[][] x) {
        double[] flat = Arrays.stream(x).flatMapToDouble(Arrays::stream).toArray();
        return rows.withFeatures(Features.of(flat, rows.features().width()));
    }

    private static double[] unit(double[] vector) {
        double norm = norm(vector);
        return norm == 0 ? vector : Arrays.stream(vector).map(v -> v / norm).toArray();
    }

    private static double norm(double[] vector) {
        return Math.sqrt(VectorMath.dot(vector, vector));
    }

    @Override
    public Dataset attackInputs(Dataset clean) {
        return plain.attackInputs(clean);
    }

    @Override
    public int targetClass() {
        return plain.targetClass();
    }

    @Override
    public String description() {
        return plain.description() + ", moved against renormalised influence within " + reach;
    }
}
