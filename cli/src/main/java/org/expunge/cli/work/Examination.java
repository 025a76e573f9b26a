package org.expunge.cli.work;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.expunge.cli.render.Document;
import org.expunge.cli.render.Numbers;
import org.expunge.cli.render.Result;
import org.expunge.cli.render.Table;
import org.expunge.influence.backend.Backends;
import org.expunge.influence.backend.CudaSupport;
import org.expunge.influence.compute.Buffer;
import org.expunge.influence.compute.Compute;
import org.expunge.influence.compute.Engine;
import org.expunge.influence.compute.Matrix;
import org.expunge.influence.compute.cpu.OpenBlasCore;
import org.expunge.influence.compute.cuda.CudaCompute;

/**
 * What a machine offers and what will be used on it.
 *
 * @param java the Java that runs
 * @param system operating system and architecture
 * @param processor the processor's name
 * @param processors processors that Java may use
 * @param heapMiB most memory that Java will take for objects, in MiB; buffers outside come on top
 * @param backend arithmetic that will be used
 * @param precision of its numbers
 * @param blas where its matrix products run
 * @param threads worker threads
 * @param tile examples that a worker takes at a time
 * @param productError largest error of a small matrix product against plain Java, relative to its largest entry
 * @param gpu the GPU that will be used, or why none
 * @param cuda what the machine has for the backend on GPUs
 * @param backends all backends of this build
 */
public record Examination(
        String java,
        String system,
        String processor,
        int processors,
        long heapMiB,
        String backend,
        String precision,
        String blas,
        int threads,
        int tile,
        double productError,
        String gpu,
        CudaReport cuda,
        List<String> backends)
        implements Result {
    private static final int SIDE = 64;
    private static final Path CPU_INFO = Path.of("/proc/cpuinfo");

    /** Examines the machine and tries the engine. */
    public static Examination of(Engine engine) {
        Compute compute = engine.compute();
        CudaReport cuda = CudaReport.of(CudaSupport.examine());
        return new Examination(
                System.getProperty("java.vm.name") + " " + Runtime.version(),
                System.getProperty("os.name") + " " + System.getProperty("os.arch"),
                processorName(),
                Runtime.getRuntime().availableProcessors(),
                Runtime.getRuntime().maxMemory() >> 20,
                compute.name(),
                compute.precision().name(),
                products(compute),
                engine.workers().count(),
                engine.tile(),
                productError(compute),
                gpu(compute, cuda),
                cuda,
                Backends.names());
    }

    private static String products(Compute compute) {
        if (compute instanceof CudaCompute) {
            return "cuBLAS, a stream a worker";
        }
        return compute.name().equals("cpu") ? openBlas() : "none (plain Java)";
    }

    private static String gpu(Compute compute, CudaReport cuda) {
        if (compute instanceof CudaCompute device) {
            return cuda.devices().get(device.info().ordinal()).toString();
        }
        return cuda.obstacles().isEmpty()
                ? "not used (backend " + compute.name() + "); --backend cuda uses one"
                : "none: cuda cannot run here";
    }

    private static String openBlas() {
        return "OpenBLAS, one thread a worker"
                + OpenBlasCore.missing()
                        .map(core -> "; does not know this processor: set " + OpenBlasCore.VARIABLE + "=" + core)
                        .orElse("");
    }

    private static String processorName() {
        try {
            return Files.readAllLines(CPU_INFO, StandardCharsets.UTF_8).stream()
                    .filter(line -> line.startsWith("model name"))
                    .map(line -> line.substring(line.indexOf(':') + 1).strip())
                    .findFirst()
                    .orElse("unknown");
        } catch (IOException e) {
            return "unknown (" + CPU_INFO + " cannot be read)";
        }
    }

    /** Multiplies two matrices of small whole numbers, whose product is exact in either precision. */
    private static double productError(Compute compute) {
        double[] a = new double[SIDE * SIDE];
        double[] b = new double[SIDE * SIDE];
        for (int i = 0; i < a.length; i++) {
            a[i] = i % 7 - 3;
            b[i] = i % 5 - 2;
        }
        double[] product = multiply(compute, a, b);
        double error = 0;
        double largest = 0;
        for (int i = 0; i < SIDE; i++) {
            for (int j = 0; j < SIDE; j++) {
                double expected = 0;
                for (int k = 0; k < SIDE; k++) {
                    expected += a[i * SIDE + k] * b[k * SIDE + j];
                }
                error = Math.max(error, Math.abs(product[i * SIDE + j] - expected));
                largest = Math.max(largest, Math.abs(expected));
            }
        }
        return error / largest;
    }

    private static double[] multiply(Compute compute, double[] a, double[] b) {
        try (Buffer left = compute.of(a);
                Buffer right = compute.of(b);
                Buffer product = compute.allocate(SIDE * SIDE)) {
            compute.linear()
                    .multiply(
                            1,
                            Matrix.of(left, SIDE, SIDE),
                            Matrix.of(right, SIDE, SIDE),
                            0,
                            Matrix.of(product, SIDE, SIDE));
            return compute.toArray(product);
        }
    }

    @Override
    public Document document() {
        return Document.titled("Expunge on this machine")
                .table(Table.of()
                        .row("Java", java)
                        .row("system", system)
                        .row("processor", processor + ", " + processors + " usable")
                        .row("heap", heapMiB + " MiB at most; EXPUNGE_JAVA_OPTS=-Xmx8g changes it")
                        .row("backend", backend + " (" + precision + ") of " + String.join(", ", backends))
                        .row("BLAS", blas)
                        .row("threads", threads + " workers, tiles of " + tile + " examples")
                        .row("product check", "largest relative error " + Numbers.decimal(productError))
                        .row("GPU", gpu)
                        .build())
                .append(cuda.document())
                .build();
    }
}
