package org.expunge.influence.network.dl4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Random;
import org.expunge.influence.io.BadInputException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class Nd4jArrayTest {
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 8191, 8192, 8193, 20_000})
    void readsWhatNd4jWrites(int length) throws IOException {
        double[] values = values(length);

        assertThat(read(written(Nd4j.createFromArray(values)), length)).containsExactly(values);
    }

    @Test
    void readsFloatsExactly() throws IOException {
        INDArray floats = Nd4j.createFromArray(values(100)).castTo(DataType.FLOAT);

        assertThat(read(written(floats), 100))
                .containsExactly(floats.castTo(DataType.DOUBLE).toDoubleVector());
    }

    @ParameterizedTest
    @ValueSource(chars = {'c', 'f'})
    void readsARowOfRankTwoAsOlderVersionsWroteIt(char order) throws IOException {
        double[] values = values(5);

        assertThat(read(written(Nd4j.create(values, new long[] {1, 5}, order)), 5))
                .containsExactly(values);
        assertThat(read(written(Nd4j.create(values, new long[] {5, 1}, order)), 5))
                .containsExactly(values);
    }

    @ParameterizedTest
    @EnumSource(Nd4jArray.Type.class)
    void writesTheBytesThatNd4jWrites(Nd4jArray.Type type) throws IOException {
        double[] values = {1, -0.5, 3e10, 0, 0.1f};
        ByteArrayOutputStream ours = new ByteArrayOutputStream();

        Nd4jArray.write(ours, type, values);

        INDArray array = Nd4j.createFromArray(values).castTo(DataType.valueOf(type.name()));
        assertThat(ours.toByteArray()).isEqualTo(written(array));
    }

    @Test
    void refusesEveryTruncation() throws IOException {
        byte[] bytes = written(Nd4j.createFromArray(values(3)));

        for (int n = 0; n < bytes.length; n++) {
            byte[] part = Arrays.copyOf(bytes, n);
            assertThatThrownBy(() -> read(part, 3))
                    .isInstanceOf(BadInputException.class)
                    .hasMessageContaining("truncated");
        }
    }

    @Test
    void refusesWhatFollowsTheNumbers() throws IOException {
        byte[] bytes = written(Nd4j.createFromArray(values(3)));

        assertThatThrownBy(() -> read(Arrays.copyOf(bytes, bytes.length + 1), 3))
                .isInstanceOf(BadInputException.class)
                .hasMessageContaining("more than its 3 numbers");
    }

    @Test
    void refusesAnotherLength() throws IOException {
        byte[] bytes = written(Nd4j.createFromArray(values(3)));

        assertThatThrownBy(() -> read(bytes, 4))
                .isInstanceOf(BadInputException.class)
                .hasMessageContaining("holds 3 numbers")
                .hasMessageContaining("4 parameters");
    }

    @Test
    void refusesAMatrixAndOtherTypes() throws IOException {
        byte[] matrix = written(Nd4j.zeros(DataType.DOUBLE, 2, 3));
        byte[] half = written(Nd4j.createFromArray(values(3)).castTo(DataType.FLOAT16));
        byte[] integers = written(Nd4j.createFromArray(1, 2, 3));

        assertThatThrownBy(() -> read(matrix, 6)).hasMessageContaining("is no vector");
        assertThatThrownBy(() -> read(half, 3)).hasMessageContaining("HALF");
        assertThatThrownBy(() -> read(integers, 3)).hasMessageContaining("INT");
    }

    @Test
    void refusesLengthsThatLie() throws IOException {
        byte[] bytes = written(Nd4j.createFromArray(values(3)));
        int shapeLength = 2 + "MIXED_DATA_TYPES".length();
        byte[] longShape = bytes.clone();
        ByteBuffer.wrap(longShape).putLong(shapeLength, Long.MAX_VALUE);
        int dataLength = shapeLength + 8 + 2 + "LONG".length() + 6 * 8 + shapeLength;
        byte[] longData = bytes.clone();
        ByteBuffer.wrap(longData).putLong(dataLength, Long.MAX_VALUE);

        assertThatThrownBy(() -> read(longShape, 3)).isInstanceOf(BadInputException.class);
        assertThatThrownBy(() -> read(longData, 3))
                .isInstanceOf(BadInputException.class)
                .hasMessageContaining("holds " + Long.MAX_VALUE + " numbers");
    }

    @Test
    void refusesTheFormatOfOldReleases() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            out.writeUTF("HEAP");
            out.writeInt(8);
            out.writeUTF("INT");
        }

        assertThatThrownBy(() -> read(bytes.toByteArray(), 3))
                .isInstanceOf(BadInputException.class)
                .hasMessageContaining("'HEAP'")
                .hasMessageContaining("load and save the model with DL4J 1.0.0-M2.1");
    }

    private static double[] read(byte[] bytes, int length) throws IOException {
        return Nd4jArray.read(new ByteArrayInputStream(bytes), "test", length);
    }

    private static byte[] written(INDArray array) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            Nd4j.write(array, out);
        }
        return bytes.toByteArray();
    }

    private static double[] values(int length) {
        return new Random(length).doubles(length, -10, 10).toArray();
    }
}
