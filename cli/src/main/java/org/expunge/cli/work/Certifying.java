package org.expunge.cli.work;

import static com.google.common.base.Preconditions.checkArgument;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.expunge.cli.render.Console;
import org.expunge.defense.attack.AttackGate;
import org.expunge.defense.certify.CertifiedAccuracy;
import org.expunge.defense.certify.CertifiedPrediction;
import org.expunge.defense.certify.EnsembleFolder;
import org.expunge.defense.certify.EnsemblePlan;
import org.expunge.defense.certify.LabelFlipSmoothing;
import org.expunge.influence.compute.Engine;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.io.AtomicFiles;
import org.expunge.influence.io.BadInputException;
import org.expunge.influence.io.Json;
import org.expunge.influence.training.EarlyStopping;
import org.expunge.influence.training.Evaluator;
import org.expunge.influence.training.Recipe;
import org.expunge.influence.training.TrainingRun;
import org.jspecify.annotations.Nullable;

/** Certifies predictions on the rows of a run. */
public final class Certifying {
    /** The methods. */
    public enum Method {
        /** Deep partition aggregation. */
        DPA,
        /** Finite aggregation. */
        FINITE_AGGREGATION,
        /** Label-flip smoothing on frozen features. */
        LABEL_FLIP_SMOOTHING
    }

    /** How much longer a member is trained than the run was, because it has fewer rows. */
    private static final int EPOCH_FACTOR = 3;

    private static final String LABEL_FLIPS =
            "flipped training labels count 1 each; features, the ridge and the input itself are not attacked";

    /**
     * How to certify.
     *
     * @param method the method
     * @param partitions k of an ensemble, at least 2
     * @param spread d of an ensemble, at least 1
     * @param epochs passes of a member over its rows; null for three times the run's
     * @param smoothing how labels are drawn anew
     * @param features of label-flip smoothing
     * @param radii to report on, each 0 or more
     * @param seed of the ensemble
     */
    public record Options(
            Method method,
            int partitions,
            int spread,
            @Nullable Integer epochs,
            LabelFlipSmoothing.Options smoothing,
            FrozenFeatures features,
            List<Integer> radii,
            long seed) {
        /** Checks the ranges. */
        public Options {
            radii = List.copyOf(radii);
            checkArgument(!radii.isEmpty(), "there is no radius to report on");
            checkArgument(radii.stream().allMatch(r -> r >= 0), "a radius must be 0 or more, got %s", radii);
            checkArgument(partitions >= 2, "partitions must be at least 2, got %s", partitions);
            checkArgument(
                    spread >= (method == Method.FINITE_AGGREGATION ? 2 : 1),
                    "spread must be at least 2, got %s",
                    spread);
            checkArgument(epochs == null || epochs >= 1, "epochs must be at least 1, got %s", epochs);
        }
    }

    private final Engine engine;
    private final Console console;
    private final Options options;

    /** Computes on {@code engine}, which stays the caller's to close. */
    public Certifying(Engine engine, Console console, Options options) {
        this.engine = engine;
        this.console = console;
        this.options = options;
    }

    /**
     * Certifies, and writes the ensemble or the certificate of the smoothing.
     *
     * @param run the run whose rows and recipe are used
     * @param inputs what {@link InputRows} reads, beside the test rows; may be empty
     * @param out the folder to appear, or to be asked if it holds this ensemble
     * @return what was certified
     * @throws IllegalArgumentException if the rows have no classes, the run has no test rows, there are fewer rows a
     *     partition than classes, or the features know the labels
     * @throws IOException if something cannot be read or written
     */
    public CertifyReport certify(TrainingRun run, List<String> inputs, Path out) throws IOException {
        checkArgument(run.raw().train().classes() >= 2, "run %s has no classes to certify", run.path());
        checkArgument(run.raw().test().size() > 0, "run %s has no test rows to report on", run.path());
        Dataset asked = inputs.isEmpty() ? null : InputRows.readRaw(run, inputs);
        Optional<KnownAttack.Known> known = KnownAttack.of(run, null);
        if (known.isPresent()) {
            known.get().requireInputs();
        }
        return options.method() == Method.LABEL_FLIP_SMOOTHING ? smooth(run, asked, out) : vote(run, asked, out);
    }

    private CertifyReport vote(TrainingRun run, @Nullable Dataset asked, Path out) throws IOException {
        requireRows(run);
        EnsemblePlan plan = new EnsemblePlan(options.partitions(), options.spread(), options.seed());
        EnsembleFolder folder = open(run, plan, out);
        CertifyReport.Ensemble ensemble = CertifyReport.Ensemble.of(folder.ensemble());
        return report(
                run,
                plan.method(),
                folder.certificate().covers(),
                ensemble,
                asked,
                out,
                rows -> folder.ensemble().certify(engine, rows));
    }

    private void requireRows(TrainingRun run) {
        int rows = run.rawTrain().size();
        int classes = run.rawTrain().classes();
        checkArgument(
                (long) options.partitions() * classes <= rows,
                "%s partitions of the %s training rows of %s leave fewer than one row a class on average, of %s classes;"
                        + " take at most %s",
                options.partitions(),
                rows,
                run.path(),
                classes,
                rows / classes);
    }

    private EnsembleFolder open(TrainingRun run, EnsemblePlan plan, Path out) throws IOException {
        Recipe recipe = recipe(run);
        boolean isFitted = run.layout().stream()
                .flatMap(layout -> layout.features().stream())
                .anyMatch(column -> column.categories() != null || column.mean() != null);
        if (isFitted) {
            console.warn(
                    "the table's categories and means of missing numbers come from all training rows; the certificate"
                            + " is about rows as they were read by them");
        }
        if (!Files.exists(out)) {
            String what = "training " + plan.aggregation().members() + " members";
            return console.metered(
                    what,
                    meter -> EnsembleFolder.build(
                            out,
                            engine,
                            recipe,
                            run.rawTrain(),
                            run.raw().test(),
                            plan,
                            (done, all) -> meter.step(done, all, "")));
        }
        EnsembleFolder folder = EnsembleFolder.open(out);
        if (!folder.isOf(recipe, run.rawTrain(), plan)) {
            throw new BadInputException(
                    out, "holds an ensemble of other rows, another recipe or another plan; choose another folder");
        }
        return folder;
    }

    /** Early stopping would watch rows that the certificate does not cover. */
    private Recipe recipe(TrainingRun run) {
        Recipe recipe = run.recipe();
        if (recipe.training().earlyStopping().isOn()) {
            console.warn("the run stops early by its validation rows; the members do not");
            recipe = recipe.withTraining(recipe.training().withEarlyStopping(EarlyStopping.NONE));
        }
        Integer epochs = options.epochs();
        int passes = epochs == null ? EPOCH_FACTOR * recipe.training().epochs() : epochs;
        return recipe.withTraining(recipe.training().withEpochs(passes));
    }

    private CertifyReport smooth(TrainingRun run, @Nullable Dataset asked, Path out) throws IOException {
        AtomicFiles.requireWritable(out);
        FrozenFeatures.Source features = options.features().open(run);
        LabelFlipSmoothing smoothing = console.during(
                "fitting",
                () -> new LabelFlipSmoothing(engine, features.of(engine, run.rawTrain()), options.smoothing()));
        CertifyReport report = report(
                run,
                "label-flip smoothing on " + features.description(),
                LABEL_FLIPS,
                null,
                asked,
                out,
                rows -> smoothing.certify(features.of(engine, rows)));
        AtomicFiles.directory(out, folder -> Json.write(folder.resolve(EnsembleFolder.CERTIFICATE), report));
        return report;
    }

    private CertifyReport report(
            TrainingRun run,
            String method,
            String covers,
            CertifyReport.@Nullable Ensemble ensemble,
            @Nullable Dataset asked,
            Path out,
            Function<Dataset, List<CertifiedPrediction>> certifier)
            throws IOException {
        Dataset test = run.raw().test();
        double baseline =
                new Evaluator(engine).evaluate(run.model(), run.test()).accuracy();
        CertifiedAccuracy accuracy = console.during(
                "certifying " + test.size() + " test rows",
                () -> CertifiedAccuracy.of(certifier.apply(test), test, options.radii()));
        Optional<Drill> drill = Drill.of(run);
        Double success = drill.isEmpty() ? null : attackSuccess(drill.get(), certifier);
        List<CertifyReport.Input> predictions = new ArrayList<>();
        if (asked != null) {
            List<CertifiedPrediction> found = certifier.apply(asked);
            for (int i = 0; i < asked.size(); i++) {
                CertifiedPrediction one = found.get(i);
                predictions.add(new CertifyReport.Input(
                        asked.id(i), one.label(), run.raw().train().classNames().get(one.label()), one.radius()));
            }
        }
        return new CertifyReport(
                run.path().toString(),
                out.toString(),
                method,
                covers,
                run.rawTrain().size(),
                ensemble,
                baseline,
                accuracy,
                success,
                drill.isPresent() && success == null ? AttackGate.NOT_JUDGED : null,
                predictions);
    }

    /** Returns null for an attack without inputs. */
    private static @Nullable Double attackSuccess(Drill drill, Function<Dataset, List<CertifiedPrediction>> certifier)
            throws IOException {
        Dataset attacked = drill.attackedInputs();
        if (attacked.size() == 0) {
            return null;
        }
        List<CertifiedPrediction> found = certifier.apply(attacked);
        int[] labels = IntStream.range(0, attacked.size())
                .map(i -> found.get(i).label())
                .toArray();
        return AttackGate.successRate(labels, attacked, drill::targetOf);
    }
}
