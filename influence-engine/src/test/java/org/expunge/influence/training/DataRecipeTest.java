package org.expunge.influence.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.expunge.influence.data.DataSpec;
import org.expunge.influence.data.Partition;
import org.expunge.influence.io.BadInputException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class DataRecipeTest {
    @TempDir
    private Path folder;

    @Test
    void aTableOfOneClassIsRefusedByFileColumnAndClass() throws IOException {
        Path file = table("one.csv", "x,y\n1,a\n2,a\n3,a\n4,a\n5,a\n6,a\n7,a\n8,a\n9,a\n0,a\n");

        assertThatThrownBy(() -> load("csv:" + file + "?label=y"))
                .isInstanceOf(BadInputException.class)
                .hasMessageContaining(file.toString())
                .hasMessageContaining("the label column 'y' holds one class, 'a', in all 7 training rows")
                .hasMessageContaining("label=");
    }

    @Test
    void rowsThatALimitLeavesOfOneClassAreRefused() throws IOException {
        Path file = table("sorted.csv", "x,y\n1,a\n2,a\n3,a\n4,a\n5,a\n6,b\n7,b\n8,b\n9,b\n0,b\n");

        assertThatThrownBy(() -> load("csv:" + file + "?label=y&limit=5")).hasMessageContaining("holds one class, 'a'");
        assertThat(load("csv:" + file + "?label=y").train().classes()).isEqualTo(2);
    }

    @Test
    void dataThatAreNoTableAreRefusedWithoutAColumn() {
        assertThatThrownBy(() -> load("digits?limit=1"))
                .hasMessageStartingWith("digits: holds one class, '0', in all 1 training rows");
    }

    @Test
    void aConstantNumberToPredictIsNoClass() throws IOException {
        Path file = table("constant.csv", "x,y\n1,2\n2,2\n3,2\n4,2\n5,2\n6,2\n");

        assertThat(load("csv:" + file + "?label=y&task=regression").train().classes())
                .isZero();
    }

    private static Partition load(String spec) throws IOException {
        return DataRecipe.of(DataSpec.parse(spec)).load(new Seeds(1));
    }

    private Path table(String name, String text) throws IOException {
        return Files.writeString(folder.resolve(name), text);
    }
}
