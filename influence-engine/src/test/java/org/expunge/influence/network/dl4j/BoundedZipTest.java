package org.expunge.influence.network.dl4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.expunge.influence.io.BadInputException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BoundedZipTest {
    @TempDir
    private Path folder;

    @Test
    void readsAnEntryThatKeepsToItsBound() throws IOException {
        byte[] content = {1, 2, 3};
        Path file = new ZipFixture().with("a", content).write(folder);

        try (BoundedZip zip = BoundedZip.open(file)) {
            assertThat(zip.read("a", 3)).isEqualTo(content);
            assertThatThrownBy(() -> zip.read("a", 2)).isInstanceOf(BadInputException.class);
        }
    }

    @Test
    void readsNothingFromAnEmptyEntry() throws IOException {
        Path file = new ZipFixture().with("a", new byte[0]).write(folder);

        try (BoundedZip zip = BoundedZip.open(file)) {
            assertThat(zip.read("a", 0)).isEmpty();
        }
    }

    @Test
    void refusesACompressionThatNoModelHas() throws IOException {
        Path file = new ZipFixture().with("a", new byte[(64 << 20) + 1]).write(folder);

        try (BoundedZip zip = BoundedZip.open(file)) {
            assertThatThrownBy(() -> zip.read("a", Long.MAX_VALUE))
                    .isInstanceOf(BadInputException.class)
                    .hasMessageContaining("inflates more than 100-fold");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"../a", "/a", "a/../../b", "a\\b", "C:a", "a\nb", "ä"})
    void refusesANameThatPointsElsewhere(String name) throws IOException {
        Path file = new ZipFixture().with(name, new byte[1]).write(folder);

        assertThatThrownBy(() -> BoundedZip.open(file))
                .isInstanceOf(BadInputException.class)
                .hasMessageContaining("a name that DL4J does not write");
    }

    @Test
    void refusesANameWithoutEnd() throws IOException {
        Path file = new ZipFixture().with("a".repeat(1000), new byte[1]).write(folder);

        assertThatThrownBy(() -> BoundedZip.open(file)).isInstanceOf(BadInputException.class);
    }

    @Test
    void refusesMoreEntriesThanAModelHas() throws IOException {
        ZipFixture zip = new ZipFixture();
        for (int i = 0; i < 65; i++) {
            zip.with("entry" + i, new byte[0]);
        }
        Path file = zip.write(folder);

        assertThatThrownBy(() -> BoundedZip.open(file))
                .isInstanceOf(BadInputException.class)
                .hasMessageContaining("65 entries");
    }

    @Test
    void refusesTwoEntriesOfOneName() throws IOException {
        byte[] bytes = new ZipFixture()
                .with("one", new byte[1])
                .with("two", new byte[1])
                .bytes();
        String renamed = new String(bytes, StandardCharsets.ISO_8859_1).replace("two", "one");
        Path file = Files.write(folder.resolve("model.zip"), renamed.getBytes(StandardCharsets.ISO_8859_1));

        assertThatThrownBy(() -> BoundedZip.open(file))
                .isInstanceOf(BadInputException.class)
                .hasMessageContaining("two entries called one");
    }
}
