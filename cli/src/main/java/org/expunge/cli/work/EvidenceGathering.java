package org.expunge.cli.work;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.common.primitives.Booleans;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.expunge.cli.work.DefenseEvidence.ClassEffect;
import org.expunge.cli.work.DefenseEvidence.Curve;
import org.expunge.cli.work.DefenseEvidence.Round;
import org.expunge.cli.work.DefenseEvidence.Setting;
import org.expunge.cli.work.DefenseEvidence.Subject;
import org.expunge.cli.work.DefenseEvidence.Tails;
import org.expunge.cli.work.DefenseEvidence.Truth;
import org.expunge.defense.identify.TargetAudit;
import org.expunge.defense.sanitize.SanitizeResult;
import org.expunge.defense.sanitize.Sanitizer;
import org.expunge.influence.compute.Engine;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.io.Json;
import org.expunge.influence.network.Model;
import org.expunge.influence.training.Evaluation;
import org.expunge.influence.training.Evaluator;
import org.expunge.influence.training.TrainingRun;
import org.jspecify.annotations.Nullable;

/** Puts together what a sanitizing leaves for its readers. */
final class EvidenceGathering {
    private final Engine engine;
    private final TrainingRun run;
    private final Dataset inputs;
    private final SanitizeResult result;
    private final Repair.Repaired repaired;
    private final Optional<Drill> drill;
    private final @Nullable NamedManifest manifest;
    private final Dataset train;

    /**
     * Prepares.
     *
     * @param engine where to compute; stays the caller's to close
     * @param run the run before anything was removed
     * @param inputs the inputs that were judged, normalised
     * @param repaired what was done
     * @param known the attack that is known to have changed the rows
     */
    EvidenceGathering(
            Engine engine,
            TrainingRun run,
            Dataset inputs,
            Repair.Repaired repaired,
            Optional<KnownAttack.Known> known) {
        this.engine = engine;
        this.run = run;
        this.inputs = inputs;
        this.result = repaired.result();
        this.repaired = repaired;
        this.drill = known.map(KnownAttack.Known::drill);
        this.manifest = known.isPresent() ? known.get().manifest() : null;
        this.train = run.train();
    }

    /**
     * Gathers.
     *
     * @param options how it was done
     * @param incident what the search started from; null if it looked at all inputs
     * @param out the run that came out; null if nothing was removed
     * @param seconds wall time
     * @throws IOException if the attacked inputs of a drill cannot be read
     */
    DefenseEvidence gather(Sanitizer.Options options, @Nullable Incident incident, @Nullable Path out, double seconds)
            throws IOException {
        Evaluator evaluator = new Evaluator(engine);
        Dataset test = run.test();
        Evaluation before = evaluator.evaluate(run.model(), test);
        Evaluation after = evaluator.evaluate(result.training().model(), test);
        Optional<RepairCost> cost = repaired.method()
                .map(method -> new RepairCost(
                        method,
                        before.accuracy(),
                        evaluator.evaluate(repaired.retrained(), test).accuracy(),
                        after.accuracy()));
        Set<String> removed = Set.copyOf(result.removedIds());
        boolean @Nullable [] isAdversarial =
                drill.map(planted -> Audit.mask(train, planted)).orElse(null);
        return new DefenseEvidence(
                new Subject(
                        run.path().toAbsolutePath().normalize().toString(),
                        out == null ? null : out.toAbsolutePath().normalize().toString(),
                        run.recipe().data().source().toString(),
                        train.size(),
                        inputs.size()),
                result.verdict(),
                result.removedIds(),
                before.accuracy(),
                after.accuracy(),
                cost.map(RepairCost::retrained).orElse(null),
                classes(test, before, after, removed),
                tails(),
                new RowEvidence(engine, run, inputs, removed, isAdversarial, options.seed()).of(result.firstClusters()),
                rounds(),
                result.lastAudit().suspiciousLabels(),
                isAdversarial == null ? null : truth(drill.orElseThrow(), isAdversarial, removed),
                setting(options, incident, cost, seconds));
    }

    private List<ClassEffect> classes(Dataset test, Evaluation before, Evaluation after, Set<String> removed) {
        List<ClassEffect> effects = new ArrayList<>();
        for (int label = 0; label < train.classes(); label++) {
            int[] tested = rowsOf(test, label);
            int[] trained = rowsOf(train, label);
            effects.add(new ClassEffect(
                    RowEvidence.name(train, label),
                    trained.length,
                    (int) IntStream.of(trained)
                            .filter(row -> removed.contains(train.id(row)))
                            .count(),
                    tested.length,
                    tested.length == 0 ? null : (Double) before.select(tested).accuracy(),
                    tested.length == 0 ? null : (Double) after.select(tested).accuracy()));
        }
        return effects;
    }

    private static int[] rowsOf(Dataset data, int label) {
        return IntStream.range(0, data.size())
                .filter(row -> data.label(row) == label)
                .toArray();
    }

    private Tails tails() throws IOException {
        List<TargetAudit.InputFinding> findings = result.firstAudit().inputs();
        Map<String, Integer> aims = drill.isEmpty() ? Map.of() : aims(drill.get());
        List<Double> clean = new ArrayList<>();
        List<Double> attacked = new ArrayList<>();
        boolean[] isTarget = new boolean[findings.size()];
        for (int i = 0; i < isTarget.length; i++) {
            TargetAudit.InputFinding finding = findings.get(i);
            Integer aim = aims.get(finding.id());
            (aim == null ? clean : attacked).add(finding.heaviness());
            isTarget[i] = aim != null && aim == finding.predicted();
        }
        return new Tails(
                result.firstAudit().threshold(),
                result.firstAudit().calibration(),
                clean,
                attacked,
                attacked.isEmpty() ? List.of() : curves(findings, isTarget),
                attacked.isEmpty() ? null : (Double) (Booleans.countTrue(isTarget) / (double) isTarget.length));
    }

    /** Returns the class that each attacked input is to be taken for. */
    private static Map<String, Integer> aims(Drill drill) throws IOException {
        Dataset attacked = drill.attackedInputs();
        Map<String, Integer> aims = new HashMap<>();
        for (int i = 0; i < attacked.size(); i++) {
            aims.put(attacked.id(i), drill.targetOf(attacked.label(i)));
        }
        return aims;
    }

    private List<Curve> curves(List<TargetAudit.InputFinding> findings, boolean[] isTarget) {
        double[] tails = findings.stream()
                .mapToDouble(TargetAudit.InputFinding::heaviness)
                .toArray();
        int[] predicted =
                findings.stream().mapToInt(TargetAudit.InputFinding::predicted).toArray();
        Dataset judged = inputs.select(IntStream.range(0, predicted.length).toArray());
        Dataset asPredicted = judged.withTargets(TargetAudit.asPredicted(judged, predicted));
        double[] confidences = Arrays.stream(
                        new Evaluator(engine).evaluate(run.model(), asPredicted).losses())
                .map(loss -> -loss)
                .toArray();
        List<Curve> curves = new ArrayList<>();
        for (Map.Entry<String, double[]> entry : List.of(
                Map.entry("tail statistic", tails), Map.entry("confidence of the model, a control", confidences))) {
            Curve curve = RowEvidence.curve(entry.getKey(), entry.getValue(), isTarget);
            if (curve != null) {
                curves.add(curve);
            }
        }
        return curves;
    }

    private List<Round> rounds() {
        return result.rounds().stream()
                .map(round -> new Round(
                        round.round(),
                        RowEvidence.name(train, round.label()),
                        RowEvidence.names(train, round.with()),
                        round.inputs().size(),
                        round.confirmation().rows(),
                        round.confirmation().flipShare(),
                        round.confirmation().rowFlipShare(),
                        Double.isNaN(round.confirmation().randomFlipShare())
                                ? null
                                : (Double) round.confirmation().randomFlipShare(),
                        Double.isNaN(round.confirmation().excessLoss())
                                ? null
                                : (Double) round.confirmation().excessLoss(),
                        round.confirmation().confirmed(),
                        round.removed().size(),
                        round.confirmation().trainings()))
                .toList();
    }

    private Truth truth(Drill planted, boolean[] isAdversarial, Set<String> removed) throws IOException {
        Set<String> covers = Set.copyOf(planted.coverIds());
        int[] adversarial = new int[2];
        int[] covering = new int[2];
        int[] clean = new int[2];
        int[] labels = new int[train.classes()];
        for (int row = 0; row < isAdversarial.length; row++) {
            boolean isCover = covers.contains(train.id(row));
            int[] count = isAdversarial[row] ? adversarial : isCover ? covering : clean;
            count[0]++;
            count[1] += removed.contains(train.id(row)) ? 1 : 0;
            labels[train.label(row)] += isAdversarial[row] ? 1 : 0;
        }
        long targets = IntStream.of(labels).filter(count -> count > 0).count();
        int target = IntStream.range(0, labels.length)
                .filter(label -> labels[label] > 0)
                .findFirst()
                .orElse(0);
        Model model = result.training().model();
        return new Truth(
                planted.description(),
                planted.success(engine, run.model(), run.normalizer()),
                planted.success(engine, model, run.normalizer()),
                adversarial[0],
                adversarial[1],
                covering[0],
                covering[1],
                clean[0],
                clean[1],
                adversarial[0] / (double) train.size(),
                targets == 1 ? (Double) (adversarial[0] / (double) rowsOf(train, target).length) : null,
                planted.gate(),
                manifest,
                attacked(planted));
    }

    private @Nullable AttackedInputs attacked(Drill planted) throws IOException {
        Dataset attacked = run.normalizer().apply(planted.attackedInputs());
        if (attacked.size() == 0) {
            return null;
        }
        Set<String> given = Set.copyOf(inputs.ids());
        Dataset others = attacked.select(IntStream.range(0, attacked.size())
                .filter(row -> !given.contains(attacked.id(row)))
                .toArray());
        return new AttackedInputs(
                attacked.size(),
                attacked.size() - others.size(),
                others.size() == 0 ? null : (Double) planted.success(engine, run.model(), others),
                others.size() == 0
                        ? null
                        : (Double) planted.success(engine, result.training().model(), others));
    }

    private Setting setting(
            Sanitizer.Options options, @Nullable Incident incident, Optional<RepairCost> cost, double seconds) {
        Map<String, String> named = new TreeMap<>();
        flatten("", Json.mapper().valueToTree(options), named);
        named.put("lastModel", repaired.lastModel());
        if (incident != null) {
            String label = incident.trueLabel();
            named.put(DefenseEvidence.INCIDENT, incident.name());
            named.put("trueLabel", label == null ? "not given" : label);
        }
        List<String> reasons = new ArrayList<>(new SanitizeReasons(train, result, options).all());
        cost.flatMap(RepairCost::warning).ifPresent(reasons::add);
        for (int i = 0; i < reasons.size(); i++) {
            named.put(DefenseEvidence.REASON + (i + 1), reasons.get(i));
        }
        Map<String, Long> seeds = new TreeMap<>(Map.of(
                "training", run.recipe().seed(),
                "random removal and the random control", options.seed(),
                "cluster tests", options.clusters().seed()));
        double level = options.audit().significance() + options.clusters().falseClusters(train);
        return new Setting(named, seeds, level, result.trainings(), seconds);
    }

    private static void flatten(String prefix, JsonNode node, Map<String, String> into) {
        if (!node.isObject()) {
            into.put(prefix, node.isValueNode() ? node.asText() : node.toString());
            return;
        }
        node.properties()
                .forEach(field -> flatten(
                        prefix.isEmpty() ? field.getKey() : prefix + "." + field.getKey(), field.getValue(), into));
    }
}
