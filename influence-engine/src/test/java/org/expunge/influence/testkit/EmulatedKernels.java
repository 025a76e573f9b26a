package org.expunge.influence.testkit;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

/** What tests of the emulator by kernels of their own share: an emulator for each class, a context for each test. */
abstract class EmulatedKernels {
    private static Path folder = Path.of("");
    private static byte[] image = new byte[0];

    final EmulatedCuda cuda = new EmulatedCuda(folder);
    final long stream = cuda.stream();

    @BeforeAll
    static void compileKernels(@TempDir Path own) throws IOException {
        EmulatedCuda.copyEmulator(own);
        folder = own;
        try (EmulatedCuda cuda = new EmulatedCuda(folder)) {
            image = cuda.compileTestKernels();
        }
    }

    @AfterEach
    void endContext() {
        cuda.close();
    }

    final long kernel(String name) {
        return cuda.kernel(image, name);
    }
}
