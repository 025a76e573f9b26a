package org.expunge.influence.io;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DigestsTest {
    /** FIPS 180-4's example, SHA-256 of "abc". */
    private static final String ABC = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

    @Test
    void digestsBytesAndFilesAlike(@TempDir Path folder) throws IOException {
        byte[] abc = "abc".getBytes(StandardCharsets.US_ASCII);

        Path file = Files.write(folder.resolve("abc"), abc);

        assertThat(Digests.sha256(abc)).isEqualTo(ABC);
        assertThat(Digests.sha256(file)).isEqualTo(ABC);
    }
}
