package org.expunge.influence.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class AtomicFilesTest {
    @TempDir
    Path folder;

    private static List<String> names(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    @Test
    void writesAFileAndMissingFoldersAboveIt() throws IOException {
        Path file = folder.resolve("a/b/file.txt");

        AtomicFiles.writeString(file, "grüße");

        assertThat(file).hasContent("grüße");
        assertThat(names(folder.resolve("a/b"))).containsExactly("file.txt");
    }

    @Test
    void replacesAFile() throws IOException {
        Path file = Files.writeString(folder.resolve("file.txt"), "a longer text");

        AtomicFiles.writeString(file, "new");

        assertThat(file).hasContent("new");
    }

    @Test
    void leavesTheOldFileWhenWritingFailsHalfWay() throws IOException {
        Path file = Files.writeString(folder.resolve("file.txt"), "old");

        assertThatThrownBy(() -> AtomicFiles.write(file, out -> {
                    out.write(new byte[1 << 20]);
                    throw new IOException("No space left on device");
                }))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("No space left");

        assertThat(file).hasContent("old");
        assertThat(names(folder)).containsExactly("file.txt");
    }

    @Test
    void refusesAFolderThatIsAFile() throws IOException {
        Path notAFolder = Files.writeString(folder.resolve("out"), "");

        assertThatThrownBy(() -> AtomicFiles.writeString(notAFolder.resolve("file.txt"), "x"))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("out");
        assertThatThrownBy(() -> AtomicFiles.directory(notAFolder.resolve("run"), directory -> {}))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("out");
    }

    @Test
    void saysBeforeTheWorkWhetherATargetCanBeWritten() throws IOException {
        AtomicFiles.requireWritable(folder.resolve("above").resolve("target"));

        assertThat(folder.resolve("above")).isEmptyDirectory();
        Path file = Files.writeString(folder.resolve("file"), "");
        assertThatThrownBy(() -> AtomicFiles.requireWritable(file)).isInstanceOf(FileAlreadyExistsException.class);
        assertThatThrownBy(() -> AtomicFiles.requireWritable(file.resolve("target")))
                .isInstanceOf(IOException.class);
    }

    @Test
    void publishesADirectoryWithEverythingInIt() throws IOException {
        Path run = folder.resolve("run");

        AtomicFiles.directory(run, directory -> {
            Files.createDirectory(directory.resolve("sub"));
            Files.write(directory.resolve("sub/bytes"), "x".getBytes(StandardCharsets.UTF_8));
            assertThat(run).doesNotExist();
        });

        assertThat(run.resolve("sub/bytes")).hasContent("x");
        assertThat(names(folder)).containsExactly("run");
    }

    @Test
    void publishesNothingWhenFillingFails() throws IOException {
        Path run = folder.resolve("run");

        assertThatThrownBy(() -> AtomicFiles.directory(run, directory -> {
                    Files.createDirectories(directory.resolve("sub/deep"));
                    Files.writeString(directory.resolve("sub/deep/half"), "x");
                    throw new IOException("No space left on device");
                }))
                .hasMessageContaining("No space left");

        assertThat(names(folder)).isEmpty();
    }

    @Test
    void refusesADirectoryThatExistsEvenIfItIsEmpty() throws IOException {
        Path run = Files.createDirectory(folder.resolve("run"));

        assertThatThrownBy(() -> AtomicFiles.directory(run, directory -> {}))
                .isInstanceOf(FileAlreadyExistsException.class)
                .hasMessageContaining("run")
                .hasMessageContaining("choose another name");
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void namesTheTargetWhereItsFolderCannotBeWritten() {
        Path target = Path.of("/proc/x"); // refused whoever asks
        List<ThrowingCallable> calls = List.of(
                () -> AtomicFiles.requireWritable(target),
                () -> AtomicFiles.writeString(target, "text"),
                () -> AtomicFiles.directory(target, directory -> {}));
        for (ThrowingCallable call : calls) {
            assertThatThrownBy(call)
                    .isInstanceOf(FileSystemException.class)
                    .hasMessageStartingWith("/proc/x: cannot be made")
                    .hasMessageContaining("choose another folder")
                    .hasMessageNotContaining(".tmp");
        }
    }
}
