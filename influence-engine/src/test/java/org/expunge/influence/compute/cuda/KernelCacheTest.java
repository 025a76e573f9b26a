package org.expunge.influence.compute.cuda;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KernelCacheTest {
    @TempDir
    Path folder;

    @Test
    void givesBackWhatItWasGivenAndForgets() throws IOException {
        KernelCache cache = new KernelCache(folder.resolve("deep").resolve("er"));

        assertThat(cache.find("a")).isNull();
        cache.keep("a", new byte[] {1, 2});
        cache.keep("a", new byte[] {3});
        assertThat(cache.find("a")).containsExactly(3);
        try (Stream<Path> files = Files.list(folder.resolve("deep").resolve("er"))) {
            assertThat(files.map(f -> String.valueOf(f.getFileName())).toList()).isEqualTo(List.of("a"));
        }
        cache.forget("a");
        cache.forget("a");

        assertThat(cache.find("a")).isNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"empty", "short", "cut", "changed", "longer"})
    void doesNotGiveBackWhatWasDamaged(String damage) throws IOException {
        KernelCache cache = new KernelCache(folder);
        cache.keep("a", new byte[] {1, 2, 3, 4});
        byte[] file = Files.readAllBytes(folder.resolve("a"));

        Files.write(
                folder.resolve("a"),
                switch (damage) {
                    case "empty" -> new byte[0];
                    case "short" -> Arrays.copyOf(file, 10);
                    case "cut" -> Arrays.copyOf(file, file.length - 1);
                    case "longer" -> Arrays.copyOf(file, file.length + 1);
                    default -> {
                        file[file.length - 2] ^= 1;
                        yield file;
                    }
                });

        assertThat(cache.find("a")).isNull();
    }

    @Test
    void keepsNothingWhereItCannotWrite() throws IOException {
        Path file = Files.writeString(folder.resolve("file"), "not a folder");
        KernelCache cache = new KernelCache(file);

        cache.keep("a", new byte[] {1});
        cache.forget("a");

        assertThat(cache.find("a")).isNull();
        assertThat(file).hasContent("not a folder");
    }
}
