package org.expunge.influence.compute.cpu;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Tells when OpenBLAS will not recognise the processor.
 *
 * <p>OpenBLAS 0.3.31 picks its kernels by processor family and knows AMD's up to 19h (Zen 4). A Zen 5 (1Ah) it takes
 * for a Haswell and runs at half its speed: 100 in place of 180 GFLOP/s a core. The environment variable
 * {@code OPENBLAS_CORETYPE}, which OpenBLAS reads once when it is loaded, sets that right; a Java program cannot change
 * its own environment, so the start script has to.
 */
public final class OpenBlasCore {
    /** The environment variable that names the kernels to use. */
    public static final String VARIABLE = "OPENBLAS_CORETYPE";

    private static final Path CPU_INFO = Path.of("/proc/cpuinfo");
    private static final Pattern FAMILY = Pattern.compile("^cpu family\\s*:\\s*(\\d+)$", Pattern.MULTILINE);
    private static final int LAST_KNOWN_AMD_FAMILY = 0x19;

    private OpenBlasCore() {}

    /**
     * Returns the value to which {@link #VARIABLE} should be set on this machine, or nothing if OpenBLAS does well
     * without.
     */
    public static Optional<String> missing() {
        if (!Files.isReadable(CPU_INFO)) {
            return Optional.empty();
        }
        try {
            return missing(Files.readString(CPU_INFO, UTF_8), System.getenv());
        } catch (IOException e) {
            return Optional.empty(); // advice only: without the file there is none to give
        }
    }

    static Optional<String> missing(String cpuInfo, Map<String, String> environment) {
        boolean isUnknown = cpuInfo.contains("AuthenticAMD")
                && FAMILY.matcher(cpuInfo)
                        .results()
                        .anyMatch(found -> Integer.parseInt(found.group(1)) > LAST_KNOWN_AMD_FAMILY);
        boolean runsCooperlake = cpuInfo.contains("avx512_bf16") && cpuInfo.contains("avx512_vnni");
        boolean isMissing = isUnknown && runsCooperlake && !environment.containsKey(VARIABLE);
        return isMissing ? Optional.of("Cooperlake") : Optional.empty();
    }
}
