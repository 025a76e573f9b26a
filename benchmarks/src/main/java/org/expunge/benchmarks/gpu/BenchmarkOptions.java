package org.expunge.benchmarks.gpu;

import static com.google.common.base.Preconditions.checkArgument;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.expunge.influence.backend.Backends;
import org.expunge.influence.compute.cuda.MathMode;

/**
 * What the program is asked to do.
 *
 * @param backend which backend is compared and timed; {@code auto} until one is open
 * @param device which device of it, from 0
 * @param precision of products
 * @param isQuick whether work is cut to what takes a minute on a processor
 * @param isCorrectnessOnly whether no times are taken
 * @param seed of all random numbers
 * @param workers threads that take rows through networks
 * @param givenTile rows that each takes at once, if they were given
 * @param out where results are written, if they are
 * @param twin the PyTorch program to compare with, if there is one
 */
record BenchmarkOptions(
        String backend,
        int device,
        MathMode precision,
        boolean isQuick,
        boolean isCorrectnessOnly,
        long seed,
        int workers,
        Optional<Integer> givenTile,
        Optional<Path> out,
        Optional<Path> twin) {
    static final String USAGE = """
            Usage: expunge-engine benchmark [options]
            Compares a backend with float64 on the processor, kernel by kernel and network by network; then takes times.
              --backend NAME       cuda, cpu, or auto: cuda where it can run. Default: cuda.
              --device N           which GPU, from 0. Default: 0.
              --precision NAME     of products: float32, tf32 or bf16. Default: float32.
              --quick              smaller work: about a minute on two processors.
              --correctness-only   no times.
              --seed N             of all random numbers. Default: another one each run; it is printed.
              --workers N          threads that take rows through networks. Default: 1; cuda is timed with 1.
              --tile N             rows that each of them takes at once. Default: 512 on cuda, 32 on cpu.
              --out FILE           writes the results there, as CSV.
              --twin FILE          the PyTorch program to compare with.
            Exit codes: 0 all results are right; 1 one is not, and no time was taken; 2 bad option; 3 the backend does \
            not start or an error stopped the run.""";

    /** Set by the start script to the program beside it. */
    private static final String TWIN = "expunge.twin";

    /** What can be held against the reference, which is no backend to test or to time. */
    private static final List<String> BACKENDS = List.of(Backends.CUDA, "cpu", Backends.AUTO);

    private static final int CUDA_TILE = 512;
    private static final int CPU_TILE = 32;

    BenchmarkOptions {
        checkArgument(
                BACKENDS.contains(backend),
                "--backend must be one of %s, got %s",
                String.join(", ", BACKENDS),
                backend);
        checkArgument(device >= 0, "--device must be at least 0, got %s", device);
        checkArgument(workers >= 1, "--workers must be at least 1, got %s", workers);
        givenTile.ifPresent(tile -> checkArgument(tile >= 1, "--tile must be at least 1, got %s", tile));
        checkArgument(
                workers == 1 || isCorrectnessOnly || !backend.equals(Backends.CUDA),
                "--workers must be 1 where cuda is timed, got %s: a clock sees one thread's work, so that times would be"
                        + " too short; leave --workers out, or add --correctness-only",
                workers);
        out.ifPresent(BenchmarkOptions::checkWritable);
    }

    /**
     * Reads options.
     *
     * @throws IllegalArgumentException if one is unknown or its value will not do, naming it
     */
    static BenchmarkOptions parse(List<String> arguments, long freshSeed) {
        Deque<String> left = new ArrayDeque<>(arguments);
        String backend = Backends.CUDA;
        int device = 0;
        MathMode precision = MathMode.FLOAT32;
        boolean isQuick = false;
        boolean isCorrectnessOnly = false;
        long seed = freshSeed;
        int workers = 1;
        Optional<Integer> tile = Optional.empty();
        Optional<Path> out = Optional.empty();
        Optional<Path> twin = Optional.ofNullable(System.getProperty(TWIN)).map(Path::of);
        while (!left.isEmpty()) {
            String option = left.pop();
            switch (option) {
                case "--backend" -> backend = value(option, left);
                case "--device" -> device = count(option, left);
                case "--precision" -> precision = precision(value(option, left));
                case "--quick" -> isQuick = true;
                case "--correctness-only" -> isCorrectnessOnly = true;
                case "--seed" -> seed = number(option, left);
                case "--workers" -> workers = count(option, left);
                case "--tile" -> tile = Optional.of(count(option, left));
                case "--out" -> out = Optional.of(Path.of(value(option, left)));
                case "--twin" -> twin = Optional.of(Path.of(value(option, left)));
                default -> throw new IllegalArgumentException("unknown option '" + option + "'");
            }
        }
        return new BenchmarkOptions(
                backend, device, precision, isQuick, isCorrectnessOnly, seed, workers, tile, out, twin);
    }

    /**
     * Returns these for the backend that was opened.
     *
     * @throws IllegalArgumentException if it cannot do what was asked
     */
    BenchmarkOptions on(String opened) {
        return new BenchmarkOptions(
                opened, device, precision, isQuick, isCorrectnessOnly, seed, workers, givenTile, out, twin);
    }

    /** Returns the rows that each worker takes at once. */
    int tile() {
        return givenTile.orElse(backend.equals(Backends.CUDA) ? CUDA_TILE : CPU_TILE);
    }

    private static String value(String option, Deque<String> left) {
        checkArgument(!left.isEmpty(), "%s needs a value", option);
        return left.pop();
    }

    /** Fails before an hour of work rather than after it. */
    private static void checkWritable(Path out) {
        Path folder = out.toAbsolutePath().getParent();
        checkArgument(
                folder != null && Files.isDirectory(folder) && Files.isWritable(folder) && !Files.isDirectory(out),
                "--out %s cannot be written: name a file in a folder that exists and is writable",
                out);
    }

    private static int count(String option, Deque<String> left) {
        long value = number(option, left);
        try {
            return Math.toIntExact(value);
        } catch (ArithmeticException e) {
            throw new IllegalArgumentException(option + " must be at most " + Integer.MAX_VALUE + ", got " + value, e);
        }
    }

    private static long number(String option, Deque<String> left) {
        String value = value(option, left);
        try {
            return Long.parseLong(value);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(option + " needs a whole number, got '" + value + "'", e);
        }
    }

    private static MathMode precision(String name) {
        try {
            return MathMode.valueOf(name.toUpperCase(Locale.ROOT));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("--precision must be float32, tf32 or bf16, got '" + name + "'", e);
        }
    }
}
