package org.expunge.influence.testkit;

import static org.assertj.core.api.Assumptions.assumeThat;

import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.expunge.influence.compute.cuda.CudaCompute;
import org.expunge.influence.compute.cuda.CudaOptions;
import org.expunge.influence.compute.cuda.DeviceInfo;
import org.expunge.influence.compute.cuda.driver.CudaException;
import org.expunge.influence.compute.cuda.driver.Libraries;
import org.jspecify.annotations.Nullable;

/** Opens the cuda backend for tests: on the emulator, or with {@code -Dexpunge.gpu=true} on the machine's GPU. */
public final class CudaTesting {
    private static final String CACHING = "expunge.cuda.caching";
    private static final String KERNELS = "expunge.cuda.cache";
    private static final boolean IS_REAL = Boolean.getBoolean("expunge.gpu");

    private static CudaEmulator.@Nullable Answer emulator;

    private CudaTesting() {}

    /**
     * Opens device 0 so that each buffer is an allocation of its own, which the emulator guards; skips the test, with
     * the reason, where there is none.
     */
    public static CudaCompute open() {
        System.setProperty(CACHING, "false");
        try {
            return open(CudaOptions.DEFAULT);
        } finally {
            System.clearProperty(CACHING);
        }
    }

    /** Opens a device as users do; skips the test, with the reason, where there is none. */
    public static CudaCompute open(CudaOptions options) {
        skipWithoutDevice();
        return new CudaCompute(options);
    }

    /** Opens so many devices as users do; skips the test, with the reason, where there are fewer. */
    public static List<CudaCompute> openSeveral(int count) {
        skipWithoutDevice();
        int there = DeviceInfo.count();
        assumeThat(there).as("devices for tests of several").isGreaterThanOrEqualTo(count);
        return IntStream.range(0, count)
                .mapToObj(device -> new CudaCompute(CudaOptions.DEFAULT.withDevice(device)))
                .toList();
    }

    /** Returns whether tests run on the emulator rather than on a GPU. */
    public static boolean isEmulated() {
        return !IS_REAL;
    }

    private static void skipWithoutDevice() {
        Optional<String> absence = IS_REAL ? driverAbsence() : emulatorAbsence();
        assumeThat(absence).as("a device for tests of the cuda backend").isEmpty();
    }

    private static Optional<String> driverAbsence() {
        try {
            Libraries.open(Libraries.Library.DRIVER);
            return Optional.empty();
        } catch (CudaException e) {
            return Optional.of(String.valueOf(e.getMessage()));
        }
    }

    private static synchronized Optional<String> emulatorAbsence() {
        if (emulator == null) {
            emulator = CudaEmulator.build();
        }
        if (emulator instanceof CudaEmulator.Built built) {
            System.setProperty(Libraries.FOLDERS, built.folder().toString());
            if (System.getProperty(KERNELS) == null) {
                System.setProperty(KERNELS, built.folder().resolve("kernels").toString());
            }
            return Optional.empty();
        }
        return Optional.of(((CudaEmulator.Unavailable) emulator).reason());
    }
}
