package org.expunge.benchmarks.gpu;

import static com.google.common.base.Preconditions.checkArgument;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.expunge.benchmarks.study.StudyTable;
import org.expunge.influence.backend.Backends;
import org.expunge.influence.backend.UnavailableBackendException;
import org.expunge.influence.compute.Compute;
import org.expunge.influence.compute.Engine;
import org.expunge.influence.compute.Workers;
import org.expunge.influence.compute.cuda.driver.CudaException;

/**
 * Compares a backend with the reference, then times it and, where the machine has it, PyTorch at the same work. It
 * needs no file and builds nothing: {@code expunge-engine benchmark} of the package that
 * {@code benchmarks/gpu/package.sh} makes, or {@code java -cp benchmarks/target/benchmarks.jar
 * org.expunge.benchmarks.gpu.GpuBenchmark benchmark}.
 */
public final class GpuBenchmark {
    private static final int WRONG_RESULT = 1;
    private static final int BAD_OPTION = 2;
    private static final int STOPPED = 3;

    private final BenchmarkOptions options;
    private final String command;
    private final PrintStream out;

    private GpuBenchmark(BenchmarkOptions options, String command, PrintStream out) {
        this.options = options;
        this.command = command;
        this.out = out;
    }

    /**
     * Runs the program.
     *
     * @param args {@code benchmark} and its options, or {@code --help}
     */
    public static void main(String[] args) {
        PrintStream out =
                new PrintStream(new FileOutputStream(FileDescriptor.out), true, UTF_8); // also where the locale is C
        System.exit(run(List.of(args), out, System.err));
    }

    /** Runs the program and returns its exit code. */
    static int run(List<String> args, PrintStream out, PrintStream err) {
        if (args.isEmpty() || args.contains("--help")) {
            out.println(BenchmarkOptions.USAGE);
            return args.isEmpty() ? BAD_OPTION : 0;
        }
        TestedBackend backend;
        try {
            checkArgument(
                    args.get(0).equals("benchmark"), "unknown command '%s'; there is only 'benchmark'", args.get(0));
            backend = TestedBackend.open(
                    BenchmarkOptions.parse(args.subList(1, args.size()), new SecureRandom().nextLong() >>> 1));
        } catch (IllegalArgumentException e) {
            err.println("expunge-engine: " + e.getMessage() + System.lineSeparator() + BenchmarkOptions.USAGE);
            return BAD_OPTION;
        } catch (Throwable e) {
            return stopped(e, err);
        }
        try {
            return new GpuBenchmark(backend.options(), "expunge-engine " + String.join(" ", args), out).run(backend);
        } catch (Throwable e) {
            return stopped(e, err);
        }
    }

    /** Says why: whatever it was, it must not end with the virtual machine's own code, which is a wrong result's. */
    private static int stopped(Throwable e, PrintStream err) {
        if (e instanceof UnavailableBackendException || e instanceof CudaException || e instanceof IOException) {
            err.println("expunge-engine: " + e.getMessage());
        } else {
            err.print("expunge-engine: stopped by ");
            e.printStackTrace(err);
        }
        return STOPPED;
    }

    private int run(TestedBackend tested) throws IOException, InterruptedException {
        try (TestedBackend backend = tested;
                Workers workers = new Workers(options.workers())) {
            out.println("Backend " + backend.description() + "; " + StudyTable.machine() + "; commit "
                    + StudyTable.commit() + "; seed " + options.seed());
            if (!isRight(backend.compute())) {
                return WRONG_RESULT;
            }
            if (!options.isCorrectnessOnly()) {
                time(new Engine(backend.compute(), workers, options.tile()), backend.description());
            }
            return 0;
        }
    }

    private boolean isRight(Compute compute) {
        out.println("Correctness: largest relative Frobenius error against float64");
        List<Finding> findings = new Correctness(compute, options)
                .run(finding -> out.printf(
                        Locale.ROOT,
                        "%-5s %-20s %-42s %8.1e (at most %.0e)%n",
                        finding.passes() ? "ok" : "WRONG",
                        finding.family(),
                        finding.name(),
                        finding.error(),
                        finding.bound()));
        long wrong = findings.stream().filter(finding -> !finding.passes()).count();
        out.println(
                wrong == 0
                        ? "All " + findings.size() + " results are right."
                        : wrong + " of " + findings.size() + " results are wrong; no time is taken. Seed: "
                                + options.seed());
        return wrong == 0;
    }

    private void time(Engine engine, String backend) throws IOException, InterruptedException {
        List<Work> works = new ArrayList<>(KernelWork.all(options.isQuick()));
        works.addAll(new NetworkWork(engine, options.isQuick()).all());
        List<Measurement> measured = new ArrayList<>();
        try (Stopwatch stopwatch = new Stopwatch(engine.compute())) {
            for (Work work : works) {
                Measurement measurement = stopwatch.measure(work, options.seed());
                out.printf(Locale.ROOT, "timed %s: %.4f ms%n", work.name(), 1e3 * measurement.seconds());
                measured.add(measurement);
            }
        }
        ResultTable table = new ResultTable(measured, twin(works));
        table.lines().forEach(out::println);
        if (options.out().isPresent()) {
            StudyTable results = table.toTable(command);
            results.note("seed", Long.toString(options.seed()));
            results.note("backend", backend);
            results.write(options.out().get());
        }
    }

    /** Runs PyTorch at the same work; where it is not there or fails, that is said and our own figures stand alone. */
    private Optional<PyTorchTwin> twin(List<Work> works) throws InterruptedException {
        if (options.twin().isEmpty() || !PyTorchTwin.isFound()) {
            out.println(options.twin().isEmpty() ? "no program for PyTorch given (--twin)" : "no PyTorch found");
            return Optional.empty();
        }
        String device = options.backend().equals(Backends.CUDA) ? "cuda:" + options.device() : "cpu";
        try {
            return Optional.of(PyTorchTwin.run(options.twin().get(), device, options.workers(), works));
        } catch (IOException e) {
            out.println("PyTorch's part failed: " + e.getMessage());
            return Optional.empty();
        }
    }
}
