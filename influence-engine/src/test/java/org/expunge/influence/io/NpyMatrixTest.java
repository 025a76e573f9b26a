package org.expunge.influence.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NpyMatrixTest {
    @TempDir
    private Path folder;

    private Path file() {
        return folder.resolve("matrix.npy");
    }

    @Test
    void holdsWhatWasWrittenAndZerosElsewhere() throws IOException {
        try (NpyMatrix matrix = NpyMatrix.create(file(), 2, 3)) {
            matrix.write(1, 1, new double[] {0.1, -2});
            matrix.force();

            assertThat(matrix.read(1, 0, 3)).containsExactly(0, 0.1f, -2);
        }

        assertThat(Npy.read(file()).toDoubles()).containsExactly(0, 0, 0, 0, 0.1f, -2);
        try (NpyMatrix again = NpyMatrix.openReadOnly(file(), 2, 3)) {
            assertThat(again.read(1, 2, 1)).containsExactly(-2);
        }
    }

    @Test
    void mayBeEmpty() throws IOException {
        NpyMatrix.create(file(), 0, 3).close();

        assertThat(Npy.read(file()).shape()).containsExactly(0, 3);
        NpyMatrix.open(file(), 0, 3).close();
    }

    @Test
    void isNotReadOrWrittenOutsideARow() throws IOException {
        try (NpyMatrix matrix = NpyMatrix.create(file(), 2, 3)) {
            assertThatThrownBy(() -> matrix.read(0, 2, 2)).isInstanceOf(IndexOutOfBoundsException.class);
            assertThatThrownBy(() -> matrix.write(2, 0, new double[1])).isInstanceOf(IndexOutOfBoundsException.class);
        }
    }

    @Test
    void refusesFilesThatAreNotOfItsShape() throws IOException {
        NpyMatrix.create(file(), 2, 3).close();

        assertThatThrownBy(() -> NpyMatrix.create(file(), 2, 3)).isInstanceOf(FileAlreadyExistsException.class);
        assertThatThrownBy(() -> NpyMatrix.open(file(), 2, 4))
                .isInstanceOf(BadInputException.class)
                .hasMessageContaining("truncated or damaged");
        assertThatThrownBy(() -> NpyMatrix.open(file(), 3, 2)).hasMessageContaining("no float32 NPY file of 3 x 2");
        Files.write(file(), new byte[10]);
        assertThatThrownBy(() -> NpyMatrix.open(file(), 2, 3)).hasMessageContaining("matrix.npy");
    }
}
