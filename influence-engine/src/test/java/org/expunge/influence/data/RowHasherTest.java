package org.expunge.influence.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.expunge.influence.io.BadInputException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RowHasherTest {
    @TempDir
    Path folder;

    private static Dataset data(double[] values, int label) {
        int[] labels = new int[values.length / 2];
        labels[0] = label;
        return Dataset.of("rows", new Shape(2, 1, 1), Features.of(values, 2), Targets.classes(labels, 3));
    }

    private static RowHasher countingKey() {
        byte[] key = new byte[RowHasher.KEY_BYTES];
        for (int i = 0; i < key.length; i++) {
            key[i] = (byte) i;
        }
        return RowHasher.withKey(key);
    }

    /** Python: hmac.new(bytes(range(32)), struct.pack('>iii5d', 2, 1, 1, 1.5, 0, 0, 1, 0), sha256).hexdigest(). */
    @Test
    void agreesWithAnotherImplementation() {
        String hash = countingKey().hash(data(new double[] {1.5, -0.0}, 1), 0);

        assertThat(hash).isEqualTo("df75b26d28c9ee2a9953d4716bb8aa3dfb2f159f3b45f115b83aed73ef9ec1c5");
    }

    @Test
    void dependsOnFeaturesTargetAndKeyButNotOnTheId() {
        Dataset data = data(new double[] {1, 2, 1, 2, 2, 1}, 0);

        List<String> hashes = countingKey().hashAll(data.withIds(List.of("x", "y", "z")));

        assertThat(hashes.get(0)).isEqualTo(hashes.get(1)).isNotEqualTo(hashes.get(2));
        assertThat(countingKey().hash(data(new double[] {1, 2}, 1), 0)).isNotEqualTo(hashes.get(0));
        assertThat(RowHasher.withKey(new byte[32]).hash(data, 0)).isNotEqualTo(hashes.get(0));
        assertThat(countingKey().hash(data, 2)).isEqualTo(hashes.get(2));
    }

    @Test
    void writesAKeyThatGivesTheSameHashesAgain() throws IOException {
        Path file = folder.resolve("rows.key");
        Dataset data = data(new double[] {1, 2}, 0);

        RowHasher created = RowHasher.createKeyFile(file);

        assertThat(RowHasher.fromKeyFile(file).hash(data, 0)).isEqualTo(created.hash(data, 0));
        assertThat(RowHasher.createKeyFile(folder.resolve("other.key")).hash(data, 0))
                .isNotEqualTo(created.hash(data, 0));
    }

    @Test
    void letsOnlyTheOwnerReadTheKey() throws IOException {
        assumeTrue(FileSystems.getDefault().supportedFileAttributeViews().contains("posix"));
        Path file = folder.resolve("rows.key");

        RowHasher.createKeyFile(file);

        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
    }

    @Test
    void neverReplacesAKey() throws IOException {
        Path file = Files.writeString(folder.resolve("rows.key"), "old");

        assertThatThrownBy(() -> RowHasher.createKeyFile(file)).isInstanceOf(FileAlreadyExistsException.class);

        assertThat(file).hasContent("old");
    }

    @Test
    void refusesAKeyOfAnotherLength() throws IOException {
        Path file = Files.write(folder.resolve("rows.key"), new byte[31]);

        assertThatThrownBy(() -> RowHasher.fromKeyFile(file))
                .isInstanceOf(BadInputException.class)
                .hasMessageContaining("rows.key: a key file has 32 bytes, but this one has 31");
        assertThatThrownBy(() -> RowHasher.withKey(new byte[16])).hasMessageContaining("16");
    }
}
