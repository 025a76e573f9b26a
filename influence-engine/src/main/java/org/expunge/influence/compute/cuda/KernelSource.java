package org.expunge.influence.compute.cuda;

import com.google.common.hash.Hashing;
import com.google.common.io.Resources;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.expunge.influence.compute.cuda.driver.CudaException;
import org.expunge.influence.compute.cuda.driver.Nvrtc;

/**
 * The CUDA C of a module, with what all modules share before it.
 *
 * @param module its name, that of a {@code .cu} file beside this class
 * @param text the whole text that is compiled
 */
public record KernelSource(String module, String text) {
    /** All modules. */
    public static final List<String> MODULES = List.of(
            "elements",
            "linear",
            "lookups",
            "losses",
            "normalization",
            "reductions",
            "rows",
            "squares",
            "updates",
            "windows");

    /** How every module is compiled. */
    public static final List<String> OPTIONS = List.of("--std=c++17");

    /** What NVRTC may know, newest first, for a GPU that is newer than it. */
    private static final List<Integer> PORTABLE = List.of(120, 100, 90, 89, 86, 80, 75, 70, 60, 52, 50);

    /** Reads a module. */
    public static KernelSource of(String module) {
        return new KernelSource(
                module, read("common.cuh") + "\n#line 1 \"" + module + ".cu\"\n" + read(module + ".cu"));
    }

    private static String read(String file) {
        try {
            return Resources.toString(Resources.getResource(KernelSource.class, file), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException("the kernels in " + file + " cannot be read", e);
        }
    }

    /**
     * Names what the module compiles to on a device: differs with the text, the device, the driver and the compiler.
     */
    String key(DeviceInfo device, int compiler) {
        return Hashing.sha256()
                .hashString(
                        String.join(
                                "\n",
                                String.valueOf(device.capability()),
                                String.valueOf(device.driver()),
                                String.valueOf(compiler),
                                OPTIONS.toString(),
                                text),
                        StandardCharsets.UTF_8)
                .toString();
    }

    /**
     * Compiles for a device: to its machine code or, if the compiler is older than it, to PTX that the driver takes.
     */
    byte[] compile(DeviceInfo device) {
        try {
            return Nvrtc.compile(text, module + ".cu", "sm_" + device.capability(), OPTIONS)
                    .image();
        } catch (CudaException e) {
            if (!Nvrtc.isUnknownTarget(e)) {
                throw e;
            }
            return portable(device, e);
        }
    }

    private byte[] portable(DeviceInfo device, CudaException unknown) {
        for (int capability : PORTABLE) {
            if (capability < device.capability()) {
                try {
                    return Nvrtc.compile(text, module + ".cu", "compute_" + capability, OPTIONS)
                            .image();
                } catch (CudaException e) {
                    if (!Nvrtc.isUnknownTarget(e)) {
                        throw e;
                    }
                }
            }
        }
        throw unknown;
    }
}
