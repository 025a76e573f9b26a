package org.expunge.influence.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Stream;
import org.expunge.influence.testkit.GoldenCase;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class NpyTest {
    @TempDir
    Path folder;

    static Stream<NpyArray> arrays() {
        return Stream.of(
                NpyArray.of(new double[] {0.1, -2, Double.NaN, 1e300, -0.0, 5}, 2, 3),
                NpyArray.of(new float[] {0.1f, -2, Float.NEGATIVE_INFINITY}, 3),
                NpyArray.of(new int[] {Integer.MIN_VALUE, 7}, 2, 1),
                NpyArray.of(new long[] {Long.MAX_VALUE}, 1, 1, 1),
                NpyArray.of(new byte[] {0, (byte) 200}, 1, 2),
                NpyArray.of(new double[] {42}),
                NpyArray.of(new float[0], 0, 5));
    }

    @ParameterizedTest
    @MethodSource("arrays")
    void readsBackWhatItWrote(NpyArray array) throws IOException {
        Path file = folder.resolve("array.npy");

        Npy.write(file, array);
        NpyArray read = Npy.read(file);

        assertThat(read.type()).isEqualTo(array.type());
        assertThat(read.shape()).isEqualTo(array.shape());
        assertThat(read.data()).isEqualTo(array.data());
    }

    /** The bytes that numpy 2 writes for {@code np.array([1.5, 2.5])}. */
    @Test
    void writesTheBytesThatNumPyWrites() throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();

        Npy.write(out, NpyArray.of(new double[] {1.5, 2.5}, 2));

        String dictionary = "{'descr': '<f8', 'fortran_order': False, 'shape': (2,), }";
        byte[] expected = ByteBuffer.allocate(128 + 16)
                .order(ByteOrder.LITTLE_ENDIAN)
                .put(new byte[] {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0, 118, 0})
                .put((dictionary + " ".repeat(117 - dictionary.length()) + "\n").getBytes(StandardCharsets.US_ASCII))
                .putDouble(1.5)
                .putDouble(2.5)
                .array();
        assertThat(out.toByteArray()).isEqualTo(expected);
    }

    @Test
    void readsFilesThatNumPyWrote() {
        assertThat(GoldenCase.ldsDigits("train_x").type()).isEqualTo(NpyArray.Type.FLOAT32);
        assertThat(GoldenCase.ldsDigits("train_y").type()).isEqualTo(NpyArray.Type.INT64);
        assertThat(GoldenCase.ldsDigits("masks").type()).isEqualTo(NpyArray.Type.UINT8);
        assertThat(Arrays.stream(GoldenCase.ldsDigits("train_y").toInts())
                        .distinct()
                        .count())
                .isEqualTo(10);
    }

    @Test
    void readsVersionTwo() throws IOException {
        byte[] dictionary =
                "{'shape': (1,), 'fortran_order': False, 'descr': '|u1'}\n".getBytes(StandardCharsets.UTF_8);
        byte[] file = ByteBuffer.allocate(12 + dictionary.length + 1)
                .order(ByteOrder.LITTLE_ENDIAN)
                .put(new byte[] {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 2, 0})
                .putInt(dictionary.length)
                .put(dictionary)
                .put((byte) 9)
                .array();

        assertThat(Npy.read(new ByteArrayInputStream(file), "v2").toInts()).containsExactly(9);
    }

    @Test
    void convertsOnlyWhereNothingIsLost() {
        assertThat(NpyArray.of(new float[] {0.5f}, 1).toDoubles()).containsExactly(0.5);
        assertThat(NpyArray.of(new double[] {0.5}, 1).toFloats()).containsExactly(0.5f);
        assertThat(NpyArray.of(new byte[] {(byte) 255}, 1).toDoubles()).containsExactly(255);
        assertThat(NpyArray.of(new int[] {-1}, 1).toLongs()).containsExactly(-1);
        assertThatThrownBy(() -> NpyArray.of(new double[] {1}, 1).toInts()).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> NpyArray.of(new long[] {1}, 1).toDoubles()).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> NpyArray.of(new long[] {1L << 40}, 1).toInts())
                .isInstanceOf(ArithmeticException.class);
        assertThatThrownBy(() -> NpyArray.of(new double[3], 2)).isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{'descr': '<f8', 'fortran_order': True, 'shape': (1,), }",
                "{'descr': '>f8', 'fortran_order': False, 'shape': (1,), }",
                "{'descr': '|O', 'fortran_order': False, 'shape': (1,), }",
                "{'descr': '<f8', 'fortran_order': False, 'shape': (2,), }",
                "{'descr': '<f8', 'fortran_order': False, 'shape': (), } ",
                "{'descr': '<f8', 'fortran_order': False, 'shape': (999999999, 999999999), }",
                "{'descr': '<f8', 'fortran_order': False, 'shape': (99999999999,), }",
                "{'descr': '<f8', 'fortran_order': False, 'shape': (-1,), }",
                "{'descr': '<f8', 'shape': (1,), }"
            })
    void refusesAFileThatHoldsSomethingElseThanItDeclares(String header) {
        int extra = header.contains("()") ? 1 : 0;
        byte[] file = ByteBuffer.allocate(10 + header.length() + 8 + extra)
                .order(ByteOrder.LITTLE_ENDIAN)
                .put(new byte[] {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0})
                .putShort((short) header.length())
                .put(header.getBytes(StandardCharsets.US_ASCII))
                .array();

        assertThatThrownBy(() -> Npy.read(new ByteArrayInputStream(file), "scores.npy"))
                .isInstanceOf(BadInputException.class)
                .hasMessageStartingWith("scores.npy: ");
    }

    @Test
    void refusesEveryTruncation() throws IOException {
        Path whole = folder.resolve("whole.npy");
        Npy.write(whole, NpyArray.of(new double[] {1}, 1));
        byte[] bytes = Files.readAllBytes(whole);

        for (int length = 0; length < bytes.length; length++) {
            byte[] cut = Arrays.copyOf(bytes, length);
            assertThatThrownBy(() -> Npy.read(new ByteArrayInputStream(cut), "cut.npy"))
                    .isInstanceOf(BadInputException.class);
        }
    }
}
