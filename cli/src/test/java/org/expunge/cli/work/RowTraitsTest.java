package org.expunge.cli.work;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.expunge.defense.trace.RowContrast;
import org.expunge.influence.data.DataSpec;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.data.Features;
import org.expunge.influence.data.Shape;
import org.expunge.influence.data.Targets;
import org.expunge.influence.data.Words;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class RowTraitsTest {
    private static final int[] FIRST_TWO = {0, 1};

    private static Dataset dataset(double[] values, int width) {
        int[] labels = new int[values.length / width];
        return Dataset.of("rows", Shape.flat(width), Features.of(values, width), Targets.classes(labels, 2));
    }

    private static List<String> traits(Dataset rows) {
        return new RowTraits(rows).of(RowContrast.of(rows, FIRST_TWO, 0), FIRST_TWO, 0);
    }

    @Test
    void namesTheWordsThatMostRowsShareAndOthersLack() {
        double[] codes = List.of("a fine cf", "cf dull day", "a fine day", "a dull fine").stream()
                .flatMap(text -> Words.split(text).stream())
                .mapToDouble(Words::code)
                .toArray();
        Dataset texts = dataset(codes, 3).withEncoding(new Words(10, 1));

        assertThat(traits(texts)).containsExactly("the word 'cf'");
        assertThat(new RowTraits(texts).values(1)).isEqualTo("cf dull day");
    }

    @Test
    void namesColumnsOfTablesWithoutTheirValues(@TempDir Path folder) throws IOException {
        Path file = Files.writeString(folder.resolve("people.csv"), """
                age,city,y
                36,Berlin,no
                37,Berlin,no
                36,Rome,no
                37,Rome,no
                50,Rome,yes
                """);
        Dataset table = DataSpec.parse("csv:" + file + "?label=y").load().train();

        assertThat(traits(table)).containsExactly("city");
        assertThat(new RowTraits(table).values(0)).isEqualTo("age: 36.000, city = Berlin: 1.000");
    }

    @Test
    void featuresWithoutNamesAreNumbered() {
        Dataset rows = dataset(new double[] {1, 5, 0, 5, 1, 0, 0, 0}, 2);

        assertThat(traits(rows)).containsExactly("feature 1");
        assertThat(new RowTraits(rows).values(0)).isEqualTo("feature 0: 1.000, feature 1: 5.000");
    }
}
