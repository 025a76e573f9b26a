package org.expunge.influence.backend;

import static com.google.common.base.Preconditions.checkArgument;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.expunge.influence.compute.Compute;
import org.expunge.influence.compute.cpu.CpuCompute;
import org.expunge.influence.compute.cuda.CudaCompute;
import org.expunge.influence.compute.cuda.CudaOptions;
import org.expunge.influence.compute.cuda.MathMode;
import org.expunge.influence.compute.cuda.driver.CudaException;
import org.expunge.influence.compute.reference.ReferenceCompute;

/** The backends that this build knows. Native code is loaded only by what opens one. */
public final class Backends {
    /** The fastest that the machine can run. */
    public static final String AUTO = "auto";

    /** On an NVIDIA GPU. */
    public static final String CUDA = "cuda";

    private static final String CPU = "cpu";
    private static final String REFERENCE = "reference";
    private static final List<String> NAMES = List.of(AUTO, CPU, CUDA, REFERENCE);

    /** GPUs that computed rightly since the program started, as they were opened. */
    private static final Set<CudaOptions> RIGHT = ConcurrentHashMap.newKeySet();

    private Backends() {}

    /** Returns the names that {@link #create} takes, sorted. */
    public static List<String> names() {
        return NAMES;
    }

    /** Creates a backend; {@code cuda} on its first device, with products in float32. */
    public static Compute create(String name) {
        return create(name, CudaOptions.DEFAULT);
    }

    /**
     * Creates a backend.
     *
     * @param name {@code cpu} (float32, OpenBLAS), {@code cuda} (float32, an NVIDIA GPU), {@code reference} (float64,
     *     plain Java) or {@code auto}, the fastest that this machine can run
     * @param cuda how a GPU is used
     * @return the backend; the caller closes it
     * @throws IllegalArgumentException if the name is none of {@link #names}
     * @throws UnavailableBackendException if the machine lacks what the backend needs
     */
    public static Compute create(String name, CudaOptions cuda) {
        return choose(name, cuda).orThrow();
    }

    /**
     * Chooses a backend. {@code auto} is {@code cuda} where {@link CudaSupport} finds nothing against it, the device
     * opens and {@link SelfCheck} finds its kernels right, else {@code cpu}; {@code cuda} itself must pass the same. A
     * device that passed is not checked again by this process.
     *
     * @param name as for {@link #create}
     * @param cuda how a GPU is used
     * @throws IllegalArgumentException if the name is none of {@link #names}
     * @throws UnavailableBackendException if the machine lacks what another backend than {@code cuda} needs
     */
    public static BackendChoice choose(String name, CudaOptions cuda) {
        checkName(name);
        if (name.equals(REFERENCE)) {
            return BackendChoice.of(new ReferenceCompute());
        }
        if (name.equals(CPU)) {
            return BackendChoice.of(cpu());
        }
        boolean isAuto = name.equals(AUTO);
        if (isAuto && !CudaSupport.mayExist()) {
            return BackendChoice.without("none of the files of an NVIDIA driver is there; install it")
                    .withInstead(cpu());
        }
        BackendChoice choice = CudaSupport.examine()
                .obstacle(cuda.device())
                .map(BackendChoice::without)
                .orElseGet(() -> opened(cuda));
        return isAuto && choice.compute().isEmpty() ? choice.withInstead(cpu()) : choice;
    }

    private static void checkName(String name) {
        checkArgument(NAMES.contains(name), "unknown backend '%s'; choose one of %s", name, String.join(", ", NAMES));
    }

    private static BackendChoice opened(CudaOptions options) {
        try {
            Compute compute = new CudaCompute(options);
            if (RIGHT.contains(options)) {
                return BackendChoice.of(compute);
            }
            BackendChoice choice = checked(compute);
            if (choice.obstacle().isEmpty()) {
                RIGHT.add(options);
            }
            return choice;
        } catch (CudaException e) {
            return BackendChoice.failed(String.valueOf(e.getMessage()), Optional.empty());
        }
    }

    /** Takes an opened compute if it computes; else closes it. */
    static BackendChoice checked(Compute compute) {
        SelfCheck check = SelfCheck.of(compute, System.nanoTime());
        if (check.obstacle().isEmpty()) {
            return new BackendChoice(Optional.of(compute), Optional.empty(), true, Optional.of(check));
        }
        String obstacle = compute.description() + " failed its self-check:\n"
                + check.obstacle().orElseThrow();
        try {
            compute.close();
        } catch (CudaException e) { // what failed before fails again, and is told already
            return BackendChoice.failed(obstacle + "\nand did not close: " + e.getMessage(), Optional.of(check));
        }
        return BackendChoice.failed(obstacle, Optional.of(check));
    }

    /**
     * Creates the backend of a record.
     *
     * @param name what {@link Compute#name} of the backend was that made it
     * @param device the GPU to use if it was one
     * @return the backend, computing as it did; the caller closes it
     * @throws IllegalArgumentException if no backend of this build has that name
     * @throws UnavailableBackendException if the machine lacks what the backend needs
     */
    public static Compute recorded(String name, int device) {
        return Arrays.stream(MathMode.values())
                .map(mode -> CudaOptions.DEFAULT.withDevice(device).withMathMode(mode))
                .filter(options -> CudaCompute.name(options.mathMode()).equals(name))
                .findFirst()
                .map(options -> create(CUDA, options))
                .orElseGet(() -> create(name));
    }

    private static Compute cpu() {
        try {
            return new CpuCompute();
        } catch (UnsatisfiedLinkError | NoClassDefFoundError e) {
            throw new UnavailableBackendException(
                    "OpenBLAS could not be loaded on this platform; use the backend 'reference', or build with"
                            + " -Djavacpp.platform set to this platform",
                    e);
        }
    }
}
