package org.expunge.influence.backend;

import static com.google.common.base.Preconditions.checkArgument;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.expunge.influence.compute.Compute;
import org.expunge.influence.compute.cpu.CpuCompute;
import org.expunge.influence.compute.cuda.CudaCompute;
import org.expunge.influence.compute.cuda.CudaOptions;
import org.expunge.influence.compute.cuda.MathMode;
import org.expunge.influence.compute.reference.ReferenceCompute;

/** The backends that this build knows. Native code is loaded only by {@link #resolve} and {@link #create}. */
public final class Backends {
    /** The fastest that the machine can run. */
    public static final String AUTO = "auto";

    /** On an NVIDIA GPU. */
    public static final String CUDA = "cuda";

    private static final String CPU = "cpu";
    private static final String REFERENCE = "reference";
    private static final List<String> NAMES = List.of(AUTO, CPU, CUDA, REFERENCE);

    private Backends() {}

    /** Returns the names that {@link #create} takes, sorted. */
    public static List<String> names() {
        return NAMES;
    }

    /**
     * Says what {@code auto} stands for on this machine: {@code cuda} where {@link CudaSupport} finds nothing against
     * it, else {@code cpu}. Other names stand for themselves.
     *
     * @param device the GPU that would be used
     * @throws IllegalArgumentException if the name is none of {@link #names}
     */
    public static String resolve(String name, int device) {
        checkArgument(NAMES.contains(name), "unknown backend '%s'; choose one of %s", name, String.join(", ", NAMES));
        if (!name.equals(AUTO)) {
            return name;
        }
        return CudaSupport.mayExist() && CudaSupport.examine().obstacle(device).isEmpty() ? CUDA : CPU;
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
        return switch (resolve(name, cuda.device())) {
            case CUDA -> cuda(cuda);
            case REFERENCE -> new ReferenceCompute();
            default -> cpu();
        };
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

    private static Compute cuda(CudaOptions options) {
        Optional<String> obstacle = CudaSupport.examine().obstacle(options.device());
        if (obstacle.isPresent()) {
            throw new UnavailableBackendException("the backend 'cuda' cannot run here:\n" + obstacle.get());
        }
        return new CudaCompute(options);
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
