package org.expunge.influence.backend;

import java.util.List;
import org.expunge.influence.compute.Compute;
import org.expunge.influence.compute.cpu.CpuCompute;
import org.expunge.influence.compute.reference.ReferenceCompute;

/** The backends that this build knows. Native code is loaded only by {@link #create}. */
public final class Backends {
    private static final List<String> NAMES = List.of("auto", "cpu", "reference");

    private Backends() {}

    /** Returns the names that {@link #create} takes, sorted. */
    public static List<String> names() {
        return NAMES;
    }

    /**
     * Creates a backend.
     *
     * @param name {@code cpu} (float32, OpenBLAS), {@code reference} (float64, plain Java) or {@code auto}, the fastest
     *     that this machine can run
     * @return the backend; the caller closes it
     * @throws IllegalArgumentException if the name is none of {@link #names}
     * @throws IllegalStateException if the backend's native library cannot be loaded
     */
    public static Compute create(String name) {
        return switch (name) {
            case "cpu", "auto" -> cpu();
            case "reference" -> new ReferenceCompute();
            default ->
                throw new IllegalArgumentException(
                        "unknown backend '" + name + "'; choose one of " + String.join(", ", NAMES));
        };
    }

    private static Compute cpu() {
        try {
            return new CpuCompute();
        } catch (UnsatisfiedLinkError | NoClassDefFoundError e) {
            throw new IllegalStateException(
                    "OpenBLAS could not be loaded on this platform; use the backend 'reference', or build with"
                            + " -Djavacpp.platform set to this platform",
                    e);
        }
    }
}
