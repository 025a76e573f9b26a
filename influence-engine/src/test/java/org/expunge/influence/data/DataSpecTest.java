package org.expunge.influence.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DataSpecTest {

    @Test
    void loadsTheEmbeddedDigits() throws IOException {
        LoadedData data = DataSpec.parse("digits").load();

        Dataset digits = data.train();
        double[] first = new double[64];
        digits.features().read(0, first, 0);
        assertThat(data.test()).isEmpty();
        assertThat(data.spec()).isEqualTo("digits");
        assertThat(digits.size()).isEqualTo(1797);
        assertThat(digits.shape()).isEqualTo(new Shape(1, 8, 8));
        assertThat(first).startsWith(0, 0, 5, 13, 9, 1).endsWith(10, 0, 0, 0);
        assertThat(IntStream.range(0, 10).map(digits::label).toArray()).containsExactly(0, 1, 2, 3, 4, 5, 6, 7, 8, 9);
        assertThat(digits.id(1796)).isEqualTo("digits-1796");
    }

    @Test
    void loadsTheEmbeddedBreastCancerRows() throws IOException {
        Dataset classes = DataSpec.parse("breast-cancer").load().train();
        Dataset binary = DataSpec.parse("breast-cancer?task=binary").load().train();

        double[] first = new double[30];
        classes.features().read(0, first, 0);
        assertThat(classes.size()).isEqualTo(569);
        assertThat(first).startsWith(17.99, 10.38).endsWith(0.4601, 0.1189);
        assertThat(classes.classNames()).containsExactly("malignant", "benign");
        assertThat(IntStream.range(0, 569)
                        .filter(row -> classes.label(row) == 0)
                        .count())
                .isEqualTo(212);
        assertThat(binary.targets().width()).isEqualTo(1);
        assertThat(binary.label(0)).isEqualTo(classes.label(0));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "digits",
                "breast-cancer?limit=5&task=binary",
                "idx:/data/mnist",
                "csv:a b.csv?group=sex,race&label=x%26y",
                "images:/data?gray=true&size=3x4"
            })
    void printsWhatItReads(String text) {
        assertThat(DataSpec.parse(text)).hasToString(text);
    }

    @Test
    void keepsAPlusAndDecodesPercents() {
        assertThat(DataSpec.parse("csv:f?label=a+b%26c").options()).containsEntry("label", "a+b&c");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "mnist|data 'mnist' is not known; use one of [breast-cancer, cifar, csv, digits, idx, images",
                "digits:x|takes no path",
                "idx|needs a path, as in idx:PATH",
                "digits?gray=true|has no option 'gray'",
                "digits?limit|option 'limit' has no value",
                "digits?limit=1&limit=2|given twice"
            })
    void namesWhatIsWrongWithASpecification(String text, String message) {
        assertThatThrownBy(() -> DataSpec.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(message);
    }

    @ParameterizedTest
    @ValueSource(strings = {"digits?limit=0", "digits?limit=-1", "digits?limit=x", "breast-cancer?task=regression"})
    void refusesAValueThatCannotBe(String text) {
        assertThatThrownBy(() -> DataSpec.parse(text).load()).isInstanceOf(IllegalArgumentException.class);
    }
}
