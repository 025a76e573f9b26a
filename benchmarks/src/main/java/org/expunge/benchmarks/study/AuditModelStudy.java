package org.expunge.benchmarks.study;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.expunge.defense.attack.AttackGate;
import org.expunge.defense.attack.PatchAttack;
import org.expunge.defense.attack.PatchTrigger;
import org.expunge.defense.model.BackdoorOdds;
import org.expunge.defense.model.ModelAudit;
import org.expunge.defense.model.ModelEvidence;
import org.expunge.defense.model.NeuralCleanse;
import org.expunge.defense.model.ValueRange;
import org.expunge.influence.backend.Backends;
import org.expunge.influence.compute.Engine;
import org.expunge.influence.compute.Workers;
import org.expunge.influence.data.DataSpec;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.data.Normalizer;
import org.expunge.influence.data.Partition;
import org.expunge.influence.data.StratifiedSplit;
import org.expunge.influence.evaluate.RankMetrics;
import org.expunge.influence.network.Model;
import org.expunge.influence.training.Evaluator;
import org.expunge.influence.training.Recipe;
import org.expunge.influence.training.Retrainer;

/**
 * Networks of three sizes on the embedded digits, scaled or standardised, half of them with a patch backdoor that
 * works, audited with 100 clean rows each: what the evidence looks like, and how good the probability is that all other
 * models give for one. Half of the backdoors take inputs of all classes, half those of one; patches differ in size and
 * place.
 *
 * <p>Prints the constants of the fit to all models, and the figures.
 *
 * <p>{@code java -cp benchmarks/target/benchmarks.jar org.expunge.benchmarks.study.AuditModelStudy
 * docs/results/audit-model-digits.csv 40}
 */
public final class AuditModelStudy {
    private static final int CLEAN_ROWS = 100;
    private static final double WORKS = 0.8;

    /** Seeds below this were looked at while the search was chosen; none is reported. */
    private static final long FIRST_SEED = 700;

    private static final List<int[]> HIDDEN = List.of(new int[] {32}, new int[] {64, 32}, new int[] {96, 48});

    private record Case(
            long seed,
            String kind,
            Normalizer.Kind normalization,
            double success,
            double accuracy,
            int target,
            ModelEvidence evidence) {
        boolean hasBackdoor() {
            return !kind.equals("clean");
        }
    }

    private final Engine engine;

    private AuditModelStudy(Engine engine) {
        this.engine = engine;
    }

    /**
     * Runs the study.
     *
     * @param args the file to write and the number of models of each half
     */
    public static void main(String[] args) throws IOException {
        int half = Integer.parseInt(args[1]);
        try (Engine engine = new Engine(Backends.create("cpu"), Workers.perProcessor(), 64)) {
            AuditModelStudy study = new AuditModelStudy(engine);
            List<Case> cases = new ArrayList<>();
            long seed = FIRST_SEED;
            while (cases.size() < 2 * half) {
                String kind = cases.size() < half ? "clean" : cases.size() % 2 == 0 ? "all to one" : "one to one";
                Case made = study.make(seed++, kind);
                if (!made.hasBackdoor() || made.success() >= WORKS) {
                    cases.add(made);
                }
            }
            study.write(
                    "java -cp benchmarks/target/benchmarks.jar org.expunge.benchmarks.study.AuditModelStudy "
                            + String.join(" ", args),
                    Path.of(args[0]),
                    cases);
        }
    }

    private Case make(long seed, String kind) throws IOException {
        Partition parts = new StratifiedSplit(0.17, 0.25, seed)
                .split(DataSpec.parse("digits").load().train());
        int target = (int) (seed * 7 % 10);
        boolean isAll = kind.equals("all to one");
        int source = isAll ? PatchAttack.EVERY_CLASS : (int) ((target + 1 + seed % 9) % 10);
        int side = 2 + (int) (seed % 2);
        PatchTrigger patch = new PatchTrigger(2, side, (int) (seed / 2 % 3), 16);
        PatchAttack attack = new PatchAttack(new PatchAttack.Options(source, target, isAll ? 40 : 25, patch, seed));
        Dataset train = kind.equals("clean")
                ? parts.train()
                : attack.plant(parts.train()).train();
        Recipe recipe = CertifyStudy.digits(seed, 30, 32, 1e-4, HIDDEN.get((int) (seed % HIDDEN.size())));
        Normalizer.Options normalization = Normalizer.Options.parse(seed % 4 < 2 ? "scale:16" : "standardize");
        Normalizer normalizer = Normalizer.fit(train, normalization);
        Dataset rows = normalizer.apply(train);
        Model model = new Retrainer(engine, recipe)
                .retrain(rows, rows.select(new int[0]), seed)
                .model();
        Evaluator evaluator = new Evaluator(engine);
        double success = AttackGate.successRate(
                evaluator
                        .evaluate(model, normalizer.apply(attack.attackInputs(parts.test())))
                        .predictedLabels(),
                target);
        Dataset clean = parts.validation().select(IntStream.range(0, CLEAN_ROWS).toArray());
        ModelEvidence evidence = new ModelAudit(engine, NeuralCleanse.Options.DEFAULT)
                .examine(model, normalizer.apply(clean), ValueRange.of(clean, normalizer));
        double accuracy =
                evaluator.evaluate(model, normalizer.apply(parts.test())).accuracy();
        return new Case(seed, kind, normalization.kind(), success, accuracy, target, evidence);
    }

    private void write(String command, Path file, List<Case> cases) throws IOException {
        List<String> columns =
                new ArrayList<>(List.of("seed", "model", "normalization", "attack success", "accuracy", "target"));
        columns.addAll(List.of("smallest trigger's class", "its norm", "its anomaly index"));
        columns.addAll(ModelEvidence.FEATURES);
        columns.add("probability by the other models");
        double[] probabilities = new double[cases.size()];
        StudyTable table = new StudyTable(command, columns);
        for (int i = 0; i < probabilities.length; i++) {
            List<Case> others = new ArrayList<>(cases);
            Case left = others.remove(i);
            double[] features = left.evidence().features();
            probabilities[i] = fit(others).probability(features, 0.5).value();
            table.add(
                    left.seed(),
                    left.kind(),
                    left.normalization(),
                    left.success(),
                    left.accuracy(),
                    left.target(),
                    left.evidence().label(),
                    left.evidence().trigger().norm(),
                    left.evidence().anomalyIndex(),
                    features[0],
                    features[1],
                    probabilities[i]);
        }
        table.write(file);
        System.err.println(fit(cases));
        figures("all models", cases, probabilities, "");
        figures("without backdoors of one class", cases, probabilities, "one to one");
        figures("without backdoors of all classes", cases, probabilities, "all to one");
    }

    private BackdoorOdds fit(List<Case> cases) {
        boolean[] answers = new boolean[cases.size()];
        for (int i = 0; i < answers.length; i++) {
            answers[i] = cases.get(i).hasBackdoor();
        }
        return BackdoorOdds.fit(
                engine.compute().cholesky(),
                cases.stream().map(c -> c.evidence().features()).toArray(double[][]::new),
                answers);
    }

    private static void figures(String what, List<Case> cases, double[] probabilities, String without) {
        int[] kept = IntStream.range(0, cases.size())
                .filter(i -> !cases.get(i).kind().equals(without))
                .toArray();
        double[] p = Arrays.stream(kept).mapToDouble(i -> probabilities[i]).toArray();
        boolean[] truth = new boolean[kept.length];
        double[] losses = new double[kept.length];
        double brier = 0;
        for (int i = 0; i < kept.length; i++) {
            truth[i] = cases.get(kept[i]).hasBackdoor();
            losses[i] = -Math.log(truth[i] ? p[i] : 1 - p[i]);
            brier += (p[i] - (truth[i] ? 1 : 0)) * (p[i] - (truth[i] ? 1 : 0)) / kept.length;
        }
        double mean = Arrays.stream(losses).average().orElseThrow();
        double variance =
                Arrays.stream(losses).map(l -> (l - mean) * (l - mean)).sum() / (losses.length - 1);
        System.err.printf(
                "%s: %d models, cross entropy %.3f ± %.3f, Brier %.3f, AUC %.3f%n",
                what,
                kept.length,
                mean,
                1.96 * Math.sqrt(variance / losses.length),
                brier,
                RankMetrics.auroc(p, truth));
    }
}
