package org.expunge.influence.backend;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.expunge.influence.compute.cuda.DeviceInfo;
import org.expunge.influence.compute.cuda.driver.CudaException;
import org.expunge.influence.compute.cuda.driver.Libraries;
import org.expunge.influence.compute.cuda.driver.Libraries.Library;
import org.expunge.influence.compute.cuda.driver.Nvrtc;

/**
 * What a machine has for the backend {@code cuda}. Looking opens CUDA's libraries, but no device.
 *
 * @param devices the GPUs that the driver names
 * @param libraries the libraries that were found, and where
 * @param obstacles why the backend cannot run on any device, a sentence for each thing that is missing
 */
public record CudaSupport(List<DeviceInfo> devices, Map<Library, String> libraries, List<String> obstacles) {
    /** The oldest capability that NVRTC 12 compiles for (Maxwell), and the oldest of NVRTC 13 (Turing). */
    private static final int LEAST_OF_12 = 50;

    private static final int LEAST_OF_13 = 75;
    private static final int VERSION_13 = 13_000;

    /** What NVIDIA's driver makes on Linux, and what stands for it in Windows' Linux. */
    private static final List<Path> DEVICE_FILES = List.of(Path.of("/dev/nvidiactl"), Path.of("/dev/dxg"));

    /** Copies the lists. */
    public CudaSupport {
        devices = List.copyOf(devices);
        libraries = Map.copyOf(libraries);
        obstacles = List.copyOf(obstacles);
    }

    /**
     * Returns whether it is worth looking: without any of a driver's files no library is opened, and a start stays
     * short. Folders that the user named are always looked in.
     */
    public static boolean mayExist() {
        return !System.getProperty(Libraries.FOLDERS, "").isEmpty()
                || DEVICE_FILES.stream().anyMatch(Files::exists);
    }

    /** Looks at the machine. */
    public static CudaSupport examine() {
        Map<Library, String> libraries = new EnumMap<>(Library.class);
        List<String> obstacles = new ArrayList<>();
        for (Library library : Library.values()) {
            attempt(obstacles, () -> {
                Libraries.open(library);
                libraries.put(library, Libraries.file(library).orElse(library.title()));
            });
        }
        List<DeviceInfo> devices = new ArrayList<>();
        if (libraries.containsKey(Library.DRIVER)) {
            attempt(
                    obstacles,
                    () -> IntStream.range(0, DeviceInfo.count())
                            .mapToObj(DeviceInfo::of)
                            .forEach(devices::add));
        }
        return new CudaSupport(devices, libraries, obstacles);
    }

    private static void attempt(List<String> obstacles, Runnable step) {
        try {
            step.run();
        } catch (CudaException | LinkageError e) {
            obstacles.add(String.valueOf(e.getMessage()));
        }
    }

    /** Returns why the backend cannot run on a device, a line for each reason; empty if it can. */
    public Optional<String> obstacle(int device) {
        if (!obstacles.isEmpty()) {
            return Optional.of(String.join("\n", obstacles));
        }
        if (device >= devices.size()) {
            return Optional.of("there is no device " + device + ": the driver names " + devices.size()
                    + " GPU(s), counted from 0" + visible());
        }
        return obstacle(devices.get(device), Nvrtc.version());
    }

    /** Returns why a device cannot be used with a compiler, whose version is written as CUDA does; empty if it can. */
    static Optional<String> obstacle(DeviceInfo device, int compiler) {
        if (device.capability() >= (compiler >= VERSION_13 ? LEAST_OF_13 : LEAST_OF_12)) {
            return Optional.empty();
        }
        String owned = device.name() + " has compute capability " + device.major() + "." + device.minor();
        return Optional.of(
                device.capability() >= LEAST_OF_12
                        ? owned + ", for which NVRTC 13 does not compile; install the libraries of CUDA 12"
                        : owned + "; 5.0 (Maxwell) or more is needed");
    }

    private static String visible() {
        return Stream.ofNullable(System.getenv("CUDA_VISIBLE_DEVICES"))
                .map(value -> "; the environment variable CUDA_VISIBLE_DEVICES is '" + value + "'")
                .findFirst()
                .orElse("");
    }
}
