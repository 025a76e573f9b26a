package org.expunge.influence.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.GZIPOutputStream;
import org.expunge.influence.io.BadInputException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CifarReaderTest {
    private static final int PIXELS = 3 * 32 * 32;

    @TempDir
    Path folder;

    /** One record a label; red is 1, green 2 and blue 200 plus nothing. */
    private static byte[] batch(int... labels) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (int label : labels) {
            byte[] pixels = new byte[PIXELS];
            Arrays.fill(pixels, 0, 1024, (byte) 1);
            Arrays.fill(pixels, 1024, 2048, (byte) 2);
            Arrays.fill(pixels, 2048, PIXELS, (byte) 200);
            out.write(label);
            out.writeBytes(pixels);
        }
        return out.toByteArray();
    }

    private LoadedData load() throws IOException {
        return DataSpec.parse("cifar:" + folder).load();
    }

    @Test
    void joinsBatchesInTheOrderOfTheirNames() throws IOException {
        try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(folder.resolve("data_batch_2.bin.gz")))) {
            out.write(batch(7));
        }
        Files.write(folder.resolve("data_batch_1.bin"), batch(3, 0));
        Files.write(folder.resolve("test_batch.bin"), batch(9));

        LoadedData data = load();

        double[] row = new double[PIXELS];
        data.train().features().read(2, row, 0);
        assertThat(data.train().ids()).containsExactly("train-0", "train-1", "train-2");
        assertThat(data.train().label(0)).isEqualTo(3);
        assertThat(data.train().label(2)).isEqualTo(7);
        assertThat(row[0]).isEqualTo(1);
        assertThat(row[1024]).isEqualTo(2);
        assertThat(row[PIXELS - 1]).isEqualTo(200);
        assertThat(data.train().shape()).isEqualTo(new Shape(3, 32, 32));
        assertThat(data.test().orElseThrow().label(0)).isEqualTo(9);
        assertThat(data.train().classNames()).hasSize(10).startsWith("0");
    }

    @Test
    void readsTheNamesOfTheClasses() throws IOException {
        Files.write(folder.resolve("data_batch.bin"), batch(1));
        Files.writeString(folder.resolve("batches.meta.txt"), "a\nb\nc\nd\ne\nf\ng\nh\ni\nj\n\n");

        assertThat(load().train().classNames()).startsWith("a", "b").endsWith("j");
    }

    @Test
    void refusesATruncatedRecord() throws IOException {
        byte[] whole = batch(1, 2);
        Files.write(folder.resolve("data_batch.bin"), Arrays.copyOf(whole, whole.length - 1));

        assertThatThrownBy(this::load)
                .isInstanceOf(BadInputException.class)
                .hasMessageContaining("data_batch.bin: is truncated: record 1 has 3072 of 3073 bytes");
    }

    @Test
    void refusesALabelOutOfRange() throws IOException {
        Files.write(folder.resolve("data_batch.bin"), batch(1, 10));

        assertThatThrownBy(this::load).hasMessageContaining("record 1 has label 10 but there are 10 classes");
    }

    @Test
    void refusesAnEmptyBatchAnEmptyFolderAndTooFewNames() throws IOException {
        assertThatThrownBy(this::load).hasMessageContaining("holds no file data_batch");

        Path batch = Files.createFile(folder.resolve("data_batch.bin"));
        assertThatThrownBy(this::load).hasMessageContaining("data_batch.bin: holds no records");

        Files.write(batch, batch(1));
        Files.writeString(folder.resolve("batches.meta.txt"), "a\n");
        assertThatThrownBy(this::load).hasMessageContaining("batches.meta.txt: names 1 classes");
    }
}
