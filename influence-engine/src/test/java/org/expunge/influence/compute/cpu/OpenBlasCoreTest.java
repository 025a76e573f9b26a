package org.expunge.influence.compute.cpu;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

class OpenBlasCoreTest {
    private static String cpuInfo(String vendor, int family, String flags) {
        return "processor\t: 0\nvendor_id\t: " + vendor + "\ncpu family\t: " + family
                + "\nmodel\t\t: 2\nflags\t\t: fpu " + flags + "\n";
    }

    @Test
    void asksForCooperlakeOnZen5() {
        String zen5 = cpuInfo("AuthenticAMD", 26, "avx512_bf16 avx512_vnni");

        assertThat(OpenBlasCore.missing(zen5, Map.of())).contains("Cooperlake");
    }

    @Test
    void leavesAChoiceAlone() {
        String zen5 = cpuInfo("AuthenticAMD", 26, "avx512_bf16 avx512_vnni");

        assertThat(OpenBlasCore.missing(zen5, Map.of("OPENBLAS_CORETYPE", "Zen")))
                .isEmpty();
    }

    @Test
    void trustsOpenBlasWithProcessorsItKnowsOrThatLackTheInstructions() {
        assertThat(OpenBlasCore.missing(cpuInfo("AuthenticAMD", 25, "avx512_bf16 avx512_vnni"), Map.of()))
                .isEmpty();
        assertThat(OpenBlasCore.missing(cpuInfo("AuthenticAMD", 26, "avx2"), Map.of()))
                .isEmpty();
        assertThat(OpenBlasCore.missing(cpuInfo("GenuineIntel", 6, "avx512_bf16 avx512_vnni"), Map.of()))
                .isEmpty();
        assertThat(OpenBlasCore.missing("", Map.of())).isEmpty();
    }
}
