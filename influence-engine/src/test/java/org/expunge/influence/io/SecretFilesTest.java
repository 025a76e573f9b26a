package org.expunge.influence.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SecretFilesTest {
    @TempDir
    private Path folder;

    @Test
    void aSecretAppearsCompleteForItsOwnerAloneAndLeavesNothingBeside() throws IOException {
        Path file = folder.resolve("key");

        SecretFiles.create(file, new byte[] {1, 2, 3});

        assertThat(Files.readAllBytes(file)).containsExactly(1, 2, 3);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        assertThat(filesIn(folder)).isEqualTo(1);
    }

    @Test
    void aSecretIsNeverReplaced() throws IOException {
        Path file = folder.resolve("key");
        SecretFiles.create(file, new byte[] {1, 2, 3});

        assertThatExceptionOfType(FileAlreadyExistsException.class)
                .isThrownBy(() -> SecretFiles.create(file, new byte[] {4}));

        assertThat(Files.readAllBytes(file)).containsExactly(1, 2, 3);
        assertThat(filesIn(folder)).isEqualTo(1);
    }

    private static long filesIn(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.count();
        }
    }
}
