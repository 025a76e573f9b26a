package org.expunge.benchmarks.gpu;

import static com.google.common.base.Preconditions.checkArgument;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import org.expunge.influence.backend.Backends;
import org.expunge.influence.compute.Compute;
import org.expunge.influence.compute.cuda.CudaCompute;
import org.expunge.influence.compute.cuda.CudaOptions;
import org.expunge.influence.compute.cuda.DeviceInfo;
import org.expunge.influence.compute.cuda.MathMode;

/**
 * The backend that is compared and timed.
 *
 * @param compute the backend
 * @param options what it is asked to do
 * @param description what it runs on: device, driver, precision
 */
record TestedBackend(Compute compute, BenchmarkOptions options, String description) implements AutoCloseable {
    private static final Path DRIVER_VERSION = Path.of("/proc/driver/nvidia/version");

    /**
     * Opens the backend that was asked for.
     *
     * @throws IllegalArgumentException if there is no such backend or device, or it has no such precision
     * @throws org.expunge.influence.backend.UnavailableBackendException if the machine lacks what it needs
     */
    static TestedBackend open(BenchmarkOptions options) throws IOException {
        CudaOptions cuda = CudaOptions.DEFAULT.withDevice(options.device()).withMathMode(options.precision());
        Compute compute = Backends.create(options.backend(), cuda);
        try {
            checkArgument(
                    compute instanceof CudaCompute || options.precision() == MathMode.FLOAT32,
                    "the backend %s has no precision but its own; leave --precision out",
                    compute.name());
            checkArgument(
                    compute instanceof CudaCompute || options.device() == 0,
                    "--device %s is for the backend cuda, not for %s",
                    options.device(),
                    compute.name());
            return compute instanceof CudaCompute gpu
                    ? new TestedBackend(compute, options.on(Backends.CUDA), describe(gpu))
                    : new TestedBackend(compute, options.on(compute.name()), compute.name());
        } catch (IllegalArgumentException | IOException e) {
            compute.close();
            throw e;
        }
    }

    private static String describe(CudaCompute compute) throws IOException {
        DeviceInfo device = compute.info();
        return String.format(
                Locale.ROOT,
                "%s, device %d, %s (sm_%d, %d multiprocessors, %.1f GiB), CUDA %d.%d by the driver%s",
                compute.name(),
                device.ordinal(),
                device.name(),
                device.capability(),
                device.multiprocessors(),
                device.memory() / 0x1p30,
                device.driver() / 1000,
                device.driver() % 1000 / 10,
                driverVersion());
    }

    /** Returns the kernel module's own line, where the system shows it. */
    private static String driverVersion() throws IOException {
        if (!Files.isReadable(DRIVER_VERSION)) {
            return "";
        }
        try (var lines = Files.lines(DRIVER_VERSION)) {
            return lines.findFirst().map(line -> " (" + line.strip() + ")").orElse("");
        }
    }

    @Override
    public void close() {
        compute.close();
    }
}
