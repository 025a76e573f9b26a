package org.expunge.influence.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.GZIPOutputStream;
import org.expunge.influence.io.BadInputException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class IdxReaderTest {
    private static final byte[] PIXELS = {0, 1, 2, 3, 4, 5, 10, 11, 12, 13, 14, (byte) 255};

    @TempDir
    Path folder;

    private static byte[] idx(byte[] bytes, int... sides) {
        ByteBuffer file =
                ByteBuffer.allocate(4 + 4 * sides.length + bytes.length).putInt(0x0800 | sides.length);
        for (int side : sides) {
            file.putInt(side);
        }
        return file.put(bytes).array();
    }

    private Path write(String name, byte[] bytes) throws IOException {
        Path file = folder.resolve(name);
        try (OutputStream out = Files.newOutputStream(file);
                OutputStream packed = name.endsWith(".gz") ? new GZIPOutputStream(out) : out) {
            packed.write(bytes);
        }
        return file;
    }

    @BeforeEach
    void writeTrainingRows() throws IOException {
        write("train-images-idx3-ubyte", idx(PIXELS, 2, 2, 3));
        write("train-labels-idx1-ubyte", idx(new byte[] {3, 1}, 2));
    }

    private LoadedData load(String options) throws IOException {
        return DataSpec.parse("idx:" + folder + options).load();
    }

    @Test
    void readsImagesRowByRow() throws IOException {
        LoadedData data = load("");

        Dataset train = data.train();
        double[] row = new double[6];
        train.features().read(1, row, 0);
        assertThat(data.test()).isEmpty();
        assertThat(train.shape()).isEqualTo(new Shape(1, 2, 3));
        assertThat(row).containsExactly(10, 11, 12, 13, 14, 255);
        assertThat(train.label(0)).isEqualTo(3);
        assertThat(train.classes()).isEqualTo(4);
        assertThat(train.ids()).containsExactly("train-0", "train-1");
    }

    @Test
    void readsCompressedTestRowsAndGivesBothPartsAllClasses() throws IOException {
        write("t10k-images.idx3-ubyte.gz", idx(PIXELS, 2, 2, 3));
        write("t10k-labels.idx1-ubyte.gz", idx(new byte[] {0, 6}, 2));

        LoadedData data = load("");

        Dataset test = data.test().orElseThrow();
        assertThat(test.ids()).containsExactly("test-0", "test-1");
        assertThat(test.label(1)).isEqualTo(6);
        assertThat(test.classes()).isEqualTo(7);
        assertThat(data.train().classes()).isEqualTo(7);
    }

    @Test
    void limitsRowsAndDeclaresClasses() throws IOException {
        Dataset train = load("?limit=1&classes=10").train();

        assertThat(train.size()).isEqualTo(1);
        assertThat(train.classes()).isEqualTo(10);
    }

    @Test
    void refusesALabelOutOfRange() {
        assertThatThrownBy(() -> load("?classes=3"))
                .isInstanceOf(BadInputException.class)
                .hasMessageContaining("train-labels-idx1-ubyte: row 0 has label 3 but classes=3");
    }

    @Test
    void refusesEveryTruncation() throws IOException {
        byte[] whole = idx(PIXELS, 2, 2, 3);
        for (int length = 0; length < whole.length; length++) {
            write("train-images-idx3-ubyte", Arrays.copyOf(whole, length));

            assertThatThrownBy(() -> load(""))
                    .as("first %d bytes", length)
                    .isInstanceOf(BadInputException.class)
                    .hasMessageContaining("train-images-idx3-ubyte");
        }
    }

    @Test
    void refusesATruncatedArchive() throws IOException {
        Files.delete(folder.resolve("train-images-idx3-ubyte"));
        Path packed = write("train-images-idx3-ubyte.gz", idx(PIXELS, 2, 2, 3));
        byte[] whole = Files.readAllBytes(packed);
        Files.write(packed, Arrays.copyOf(whole, whole.length - 10));

        assertThatThrownBy(() -> load("")).hasMessageContaining("idx3-ubyte.gz: the compressed file is truncated");
    }

    @Test
    void refusesMoreBytesThanAreDeclared() throws IOException {
        write("train-images-idx3-ubyte", idx(PIXELS, 1, 2, 3));

        assertThatThrownBy(() -> load("")).hasMessageContaining("declares [1, 2, 3] = 6 bytes but holds more");
    }

    @Test
    void refusesADeclarationThatNoArrayHoldsWithoutAllocatingIt() throws IOException {
        write("train-images-idx3-ubyte", idx(PIXELS, 2_000_000_000, 1000, 1000));
        assertThatThrownBy(() -> load("")).hasMessageContaining("declares sides of [2000000000, 1000, 1000]");

        write("train-images-idx3-ubyte", idx(PIXELS, 2_000_000_000, 1, 1));
        assertThatThrownBy(() -> load("")).hasMessageContaining("only 12; it is truncated");

        write("train-images-idx3-ubyte", idx(PIXELS, -1, 2, 3));
        assertThatThrownBy(() -> load("")).hasMessageContaining("declares sides of [-1, 2, 3]");
    }

    @Test
    void refusesAnotherKindOfFile() throws IOException {
        write("train-images-idx3-ubyte", idx(PIXELS, 2, 6));

        assertThatThrownBy(() -> load("")).hasMessageContaining("it starts with 00000802");
    }

    @Test
    void refusesLabelsThatDoNotMatchTheImages() throws IOException {
        write("train-labels-idx1-ubyte", idx(new byte[3], 3));

        assertThatThrownBy(() -> load("")).hasMessageContaining("holds 3 labels but train-images-idx3-ubyte holds 2");
    }

    @Test
    void namesADirectoryThatIsMissingEmptyOrAFile() throws IOException {
        Files.delete(folder.resolve("train-labels-idx1-ubyte"));
        assertThatThrownBy(() -> load("")).hasMessageContaining("but no train-labels");

        Files.delete(folder.resolve("train-images-idx3-ubyte"));
        assertThatThrownBy(() -> load("")).hasMessageContaining("holds no file train-images-idx3-ubyte");
        assertThatThrownBy(() -> load("/nowhere")).hasMessageContaining("there is no such directory");
        write("file", new byte[0]);
        assertThatThrownBy(() -> load("/file")).hasMessageContaining("a directory is expected");
    }
}
