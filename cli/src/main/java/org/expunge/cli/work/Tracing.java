package org.expunge.cli.work;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.expunge.cli.render.Console;
import org.expunge.cli.render.PngSheet;
import org.expunge.cli.work.TraceReport.TracedCluster;
import org.expunge.cli.work.TraceReport.TracedRow;
import org.expunge.defense.identify.StandardStatistics;
import org.expunge.defense.identify.TargetAudit;
import org.expunge.defense.sanitize.Predictor;
import org.expunge.defense.trace.Affinities;
import org.expunge.defense.trace.RowRanking;
import org.expunge.defense.trace.TargetCluster;
import org.expunge.defense.trace.TargetClusters;
import org.expunge.defense.trace.TraceControls;
import org.expunge.defense.trace.TriggerSaliency;
import org.expunge.influence.compute.Engine;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.io.AtomicFiles;
import org.expunge.influence.io.Csv;
import org.expunge.influence.io.Json;
import org.expunge.influence.score.TrajectoryEstimator;
import org.expunge.influence.training.TrainingResult;
import org.expunge.influence.training.TrainingRun;
import org.jspecify.annotations.Nullable;

/** Traces clusters of suspected inputs to training rows, and shows those. */
public final class Tracing {
    private static final String JSON = "trace.json";
    private static final String ROWS = "rows.csv";

    /**
     * What is to be done.
     *
     * @param audit how inputs are judged
     * @param clusters when they are a cluster
     * @param top rows to show of each cluster, at least 1
     * @param manifest of the attack that changed the rows, which is shown beside them and which nothing else sees; null
     *     for that in the run's notes, if any
     */
    public record Plan(
            TargetAudit.Options audit,
            TargetClusters.Options clusters,
            int top,
            @Nullable Path manifest) {}

    private final Engine engine;
    private final Console console;
    private final Plan plan;

    /**
     * Makes a trace.
     *
     * @param engine where it runs; stays the caller's to close
     * @param console takes progress
     * @param plan what is to be traced, and how
     */
    public Tracing(Engine engine, Console console, Plan plan) {
        this.engine = engine;
        this.console = console;
        this.plan = plan;
    }

    private record Found(
            TargetAudit.Findings audit, List<TargetCluster> clusters, List<Integer> calibrationPredicted) {}

    /**
     * Traces.
     *
     * @param run the run; its validation rows are taken for clean
     * @param inputs what {@link InputRows} reads
     * @param out the folder to appear
     * @return what was found
     * @throws IOException if something cannot be read or written
     */
    public TraceReport trace(TrainingRun run, List<String> inputs, Path out) throws IOException {
        AtomicFiles.requireWritable(out);
        Optional<KnownAttack.Known> known = KnownAttack.of(run, plan.manifest());
        boolean @Nullable [] planted =
                known.map(attack -> Audit.mask(run.train(), attack.drill())).orElse(null);
        Dataset rows = InputRows.readClasses(run, known.map(KnownAttack.Known::drill), inputs, console);
        Found found = console.during("tracing " + rows.size() + " inputs", () -> find(run, rows));
        List<TracedCluster> clusters = new ArrayList<>();
        for (TargetCluster cluster : found.clusters()) {
            clusters.add(describe(run, rows, cluster, planted, clusters.size() + 1));
        }
        int flagged = (int) found.audit().inputs().stream()
                .filter(TargetAudit.InputFinding::flagged)
                .count();
        TraceReport report = new TraceReport(
                run.path().toString(),
                out.toString(),
                rows.size(),
                flagged,
                run.train().classes(),
                plan.clusters().seed(),
                clusters);
        AtomicFiles.directory(out, folder -> {
            Json.write(folder.resolve(JSON), report);
            AtomicFiles.writeString(folder.resolve(ROWS), csv(report));
            for (int k = 0; k < clusters.size(); k++) {
                String sheet = clusters.get(k).sheet();
                if (sheet != null) {
                    picture(run, rows, found.clusters().get(k), found).write(folder.resolve(sheet));
                }
            }
        });
        return report;
    }

    private Found find(TrainingRun run, Dataset rows) {
        TrainingResult result = Sanitizing.result(run);
        Predictor predictor = Predictor.of(engine);
        double[][] probabilities = predictor.probabilities(result.model(), rows);
        int[] predicted =
                Arrays.stream(probabilities).mapToInt(Predictor::first).toArray();
        int[] usual = predictor.labels(result.model(), run.validation());
        TargetAudit.Findings audit = StandardStatistics.audit(
                        engine, result.model(), result.checkpoints(), TrajectoryEstimator.Options.DEFAULT, plan.audit())
                .audit(run.train(), run.validation(), usual, rows, predicted);
        List<TargetCluster> clusters = new TargetClusters(
                        Affinities.usual(engine, result), run.train(), plan.clusters())
                .find(audit, rows, probabilities, run.validation(), usual);
        return new Found(audit, clusters, Arrays.stream(usual).boxed().toList());
    }

    private TracedCluster describe(
            TrainingRun run, Dataset inputs, TargetCluster cluster, boolean @Nullable [] planted, int number)
            throws IOException {
        Dataset train = run.train();
        Dataset members = members(inputs, cluster);
        RowRanking vote = cluster.trace().vote();
        RowRanking near = TraceControls.nearest(train, members, cluster.label());
        List<TracedRow> rows = Arrays.stream(vote.ranked())
                .limit(plan.top())
                .mapToObj(row -> new TracedRow(
                        train.id(row),
                        vote.scores().get(row),
                        parts(cluster, row),
                        Math.sqrt(-near.scores().get(row)),
                        planted == null ? null : (Boolean) planted[row]))
                .toList();
        return new TracedCluster(
                RowEvidence.name(train, cluster.label()),
                RowEvidence.names(train, cluster.runnerUps()),
                RowEvidence.names(train, cluster.with()),
                members.ids(),
                cluster.pValue(),
                vote.ranked().length,
                rows,
                run.rawTrain().shape().isFlat() ? null : "cluster-" + number + ".png");
    }

    private static Dataset members(Dataset inputs, TargetCluster cluster) {
        return inputs.select(
                cluster.inputs().stream().mapToInt(Integer::intValue).toArray());
    }

    private static Map<String, Double> parts(TargetCluster cluster, int row) {
        Map<String, Double> parts = new HashMap<>();
        cluster.trace()
                .parts()
                .forEach(part -> parts.put(part.method(), part.scores().get(row)));
        return parts;
    }

    /** The rows behind a cluster, as they were before they were normalised. */
    private PngSheet picture(TrainingRun run, Dataset inputs, TargetCluster cluster, Found found) {
        Dataset members = members(inputs, cluster);
        Dataset validation = run.validation();
        Dataset usual = validation.select(IntStream.range(0, validation.size())
                .filter(i -> found.calibrationPredicted().get(i) == cluster.label()
                        && validation.label(i) == cluster.label())
                .toArray());
        double[] saliency = new TriggerSaliency(engine, run.model())
                .of(members, usual, cluster.label(), cluster.runnerUps().get(0));
        int[] rows =
                Arrays.stream(cluster.trace().vote().ranked()).limit(plan.top()).toArray();
        return new PngSheet(run.rawTrain().select(rows), saliency);
    }

    private static String csv(TraceReport report) {
        StringBuilder csv = new StringBuilder("cluster,rank,id,label,vote,distance,affinity,z\n");
        int number = 0;
        for (TracedCluster cluster : report.clusters()) {
            number++;
            int rank = 0;
            for (TracedRow row : cluster.rows()) {
                rank++;
                for (Map.Entry<String, Double> part : row.parts().entrySet()) {
                    csv.append(String.join(
                                    ",",
                                    String.valueOf(number),
                                    String.valueOf(rank),
                                    Csv.quoted(row.id()),
                                    Csv.quoted(cluster.label()),
                                    String.valueOf(row.vote()),
                                    String.valueOf(row.distance()),
                                    part.getKey(),
                                    String.valueOf(part.getValue())))
                            .append('\n');
                }
            }
        }
        return csv.toString();
    }
}
