package org.expunge.cli.work;

import static com.google.common.base.Preconditions.checkArgument;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.expunge.cli.render.Console;
import org.expunge.influence.compute.Engine;
import org.expunge.influence.curvature.EmpiricalFisher;
import org.expunge.influence.curvature.GaussNewton;
import org.expunge.influence.curvature.Hessian;
import org.expunge.influence.curvature.LossOperator;
import org.expunge.influence.curvature.damping.BatchNoise;
import org.expunge.influence.curvature.damping.TrainingLength;
import org.expunge.influence.curvature.spectrum.Spectrum;
import org.expunge.influence.curvature.spectrum.StochasticLanczos;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.data.RowSample;
import org.expunge.influence.io.AtomicFiles;
import org.expunge.influence.io.Json;
import org.expunge.influence.network.Model;
import org.expunge.influence.training.TrainingRun;
import org.jspecify.annotations.Nullable;

/** Finds the eigenvalues of the curvature that a run ended with. */
public final class Spectra {
    /** A curvature of the mean loss. */
    public enum Operator {
        /** {@link Hessian}. */
        HESSIAN,
        /** {@link GaussNewton}. */
        GAUSS_NEWTON,
        /** {@link EmpiricalFisher}. */
        EMPIRICAL_FISHER;

        /** Opens the curvature of some rows. */
        private LossOperator of(Engine engine, Model model, Dataset rows) {
            return switch (this) {
                case HESSIAN -> new Hessian(engine, model, rows);
                case GAUSS_NEWTON -> new GaussNewton(engine, model, rows);
                case EMPIRICAL_FISHER -> new EmpiricalFisher(engine, model, rows);
            };
        }

        /**
         * Finds an operator.
         *
         * @param name as on the command line; {@code fisher} is the empirical one
         * @throws IllegalArgumentException if there is none; the message lists all
         */
        public static Operator named(String name) {
            return Arrays.stream(values())
                    .filter(operator ->
                            operator.toString().equals(name) || (operator == EMPIRICAL_FISHER && name.equals("fisher")))
                    .findFirst()
                    .orElseThrow(() -> new IllegalArgumentException("--operator must be one of "
                            + Arrays.stream(values()).map(Operator::toString).collect(Collectors.joining(", "))
                            + ", got " + name));
        }

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }

    private final Engine engine;
    private final Console console;
    private final StochasticLanczos.Options options;

    /**
     * Makes the work.
     *
     * @param engine where it runs; stays the caller's to close
     * @param console takes progress
     * @param options how much to spend
     */
    public Spectra(Engine engine, Console console, StochasticLanczos.Options options) {
        this.engine = engine;
        this.console = console;
        this.options = options;
    }

    /**
     * Finds the eigenvalues.
     *
     * @param run the run
     * @param operator which curvature
     * @param count training rows to draw for it; null for all
     * @param out the folder to make for {@code spectrum.json} and {@code spectrum.svg}, or null
     * @throws IOException if the folder exists or cannot be written
     */
    public SpectrumReport of(TrainingRun run, Operator operator, @Nullable Integer count, @Nullable Path out)
            throws IOException {
        Dataset train = run.train();
        checkArgument(train.size() >= 1, "run %s has no training rows", run.path());
        Dataset rows = count == null ? train : RowSample.of(train, count, options.seed());
        Function<Dataset, LossOperator> curvature = data -> operator.of(engine, run.model(), data);
        Spectrum spectrum = console.during(
                "products with the " + operator + " of " + rows.size() + " rows", () -> spectrum(curvature, rows));
        SpectrumReport report = new SpectrumReport(
                run.path().toString(),
                operator.toString(),
                rows.size(),
                options.steps(),
                options.seed(),
                spectrum,
                spectrum.decades(),
                spectrum.bulkEdge(),
                noiseEdge(curvature, rows),
                TrainingLength.of(run).map(TrainingLength::damping).orElse(null),
                out == null ? null : out.toString());
        if (out != null) {
            AtomicFiles.directory(out, folder -> {
                Json.write(folder.resolve("spectrum.json"), report);
                AtomicFiles.writeString(
                        folder.resolve("spectrum.svg"), report.chart().svg());
            });
        }
        return report;
    }

    private Spectrum spectrum(Function<Dataset, LossOperator> curvature, Dataset rows) {
        try (LossOperator open = curvature.apply(rows)) {
            return new StochasticLanczos(engine.compute().eigen(), options).estimate(open);
        }
    }

    private @Nullable Double noiseEdge(Function<Dataset, LossOperator> curvature, Dataset rows) {
        if (rows.size() < 2) {
            return null;
        }
        BatchNoise.Options batches = BatchNoise.Options.forRows(rows.size(), options.seed());
        return BatchNoise.of(rows, curvature, batches).ofRows(rows.size()).edge();
    }
}
