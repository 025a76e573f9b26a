package org.expunge.influence.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.expunge.influence.io.BadInputException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Sentences from a table to token numbers. */
class TextTest {
    private static final Normalizer.Options DEFAULT = Normalizer.Options.DEFAULT;

    @TempDir
    private Path folder;

    @Test
    void sentencesBecomeWordsInLowerCaseCutAtTheLength() throws IOException {
        Dataset data = load("A  fine Film\t1\nbad , bad film of the year\t0\n", "length=4")
                .train();

        assertThat(data.shape()).isEqualTo(new Shape(1, 1, 4));
        assertThat(data.ids()).containsExactly("row-0", "row-1");
        assertThat(data.classNames()).containsExactly("0", "1");
        assertThat(Words.sentence(data.row(0))).isEqualTo("a fine film");
        assertThat(Words.sentence(data.row(1))).isEqualTo("bad , bad film");
        assertThat(data.row(0)[3]).isZero();
        assertThat(data.row(1)[0]).isEqualTo(data.row(1)[2]);
    }

    @Test
    void theVocabularyIsThatOfTheRowsItIsFittedOn() throws IOException {
        Dataset data = load("c b c b c a\t0\nb z\t1\nq q q q\t1\n", "length=6&vocabulary=4&min-count=2")
                .train();
        Dataset train = data.select(new int[] {0, 1});

        Normalizer normalizer = Normalizer.fit(train, DEFAULT);

        double[] first = normalizer.apply(data).row(0);
        double b = first[1];
        double c = first[0];
        assertThat(List.of(b, c)).containsExactlyInAnyOrder(2.0, 3.0);
        assertThat(first).containsExactly(c, b, c, b, c, Words.UNKNOWN);
        assertThat(normalizer.apply(data).row(1)).containsExactly(b, Words.UNKNOWN, 0, 0, 0, 0);
        assertThat(normalizer.apply(data).row(2)).containsExactly(1, 1, 1, 1, 0, 0);
    }

    @Test
    void frequentWordsComeFirstAndRareOnesHaveNoNumber() throws IOException {
        Dataset data = load("a a a b b c\t0\nb b a d\t1\n", "vocabulary=3").train();
        double[] row = Normalizer.fit(data, DEFAULT).apply(data).row(0);

        assertThat(List.of(row[0], row[3], row[5])).containsAnyOf(2.0);
        assertThat(row[5]).isEqualTo(Words.UNKNOWN);
        assertThat(row[0] + row[3]).isEqualTo(2.0 + Words.UNKNOWN);
    }

    @Test
    void aVocabularyIsReadBackAsItWasWritten() throws IOException {
        Dataset data = load("a a b b b\t0\nc c b\t1\n", "").train();
        Normalizer normalizer = Normalizer.fit(data, DEFAULT);

        Normalizer again = Normalizer.fromJson(normalizer.toJson(), "normalizer.json");

        assertThat(again).isEqualTo(normalizer);
        assertThat(again.apply(data).row(1))
                .containsExactly(normalizer.apply(data).row(1));
    }

    @Test
    void otherRowsAreReadLikewise() throws IOException {
        Path file = write("train.tsv", "good film\t1\nbad film\t0\n");
        Path other = write("new.tsv", "film good unseen\t1\n");
        DataSpec spec = DataSpec.parse("tsv:" + file + "?text=0&label=1&min-count=1&length=3");
        Dataset train = spec.load().train();

        Dataset rows = spec.loadLikewise(DataSpec.parse("tsv:" + other), Optional.empty());

        double[] expected = Normalizer.fit(train, DEFAULT).apply(train).row(0);
        double[] actual = Normalizer.fit(train, DEFAULT).apply(rows).row(0);
        assertThat(actual).containsExactly(expected[1], expected[0], Words.UNKNOWN);
    }

    @Test
    void sentencesWhoseLabelsNobodyLooksAtNeedNone() throws IOException {
        DataSpec spec =
                DataSpec.parse("tsv:" + write("train.tsv", "good film\t1\nbad film\t0\n") + "?text=0&label=1&length=3");
        Path other = write("new.tsv", "bad film\nfilm good unseen\n");

        Dataset rows = spec.loadUnlabelled(DataSpec.parse("tsv:" + other), Optional.empty())
                .train();

        assertThat(rows.row(0)).containsExactly(spec.load().train().row(1));
        assertThat(rows.size()).isEqualTo(2);
        assertThat(rows.classes()).isEqualTo(2);
    }

    @Test
    void aHeaderNamesTheColumnsAndOtherColumnsAreNoFeatures() throws IOException {
        Path file = write("named.csv", "who,sentence,mood\nann,\"Fine, indeed\",good\nbob,dull,bad\n");
        DataSpec spec = DataSpec.parse("csv:" + file + "?text=sentence&label=mood&id=who&length=2");

        Dataset data = spec.load().train();

        assertThat(data.ids()).containsExactly("ann", "bob");
        assertThat(data.classNames()).containsExactly("bad", "good");
        assertThat(Words.sentence(data.row(0))).isEqualTo("fine, indeed");
        assertThat(spec.isLaidOutByRows(2)).isFalse();
    }

    @Test
    void aRowWithoutWordsIsRefusedByItsLine() {
        assertThatThrownBy(() -> load("good\t1\n \t0\n", ""))
                .isInstanceOf(BadInputException.class)
                .hasMessageContaining("train.tsv")
                .hasMessageContaining("line 2")
                .hasMessageContaining("no words");
    }

    @Test
    void optionsThatContradictTextAreRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> load("a\t1\n", "numeric=0"))
                .withMessageContaining("numeric=");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> load("a\t1\n", "vocabulary=2"))
                .withMessageContaining("vocabulary");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> DataSpec.parse("tsv:x.tsv?label=1&length=3").load())
                .withMessageContaining("length= needs text=");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> DataSpec.parse("tsv:x.tsv?label=1&text=1").load())
                .withMessageContaining("both text and label");
    }

    @Test
    void textIsNotStandardizedAndNumbersHaveNoVocabulary() throws IOException {
        Dataset text = load("a b\t1\nb a\t0\n", "").train();
        Dataset numbers = EmbeddedData.breastCancer();

        assertThatIllegalArgumentException()
                .isThrownBy(() -> Normalizer.fit(text, Normalizer.Options.parse("min-max")))
                .withMessageContaining("min-max");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Normalizer.fit(numbers, Normalizer.Options.parse("vocabulary")))
                .withMessageContaining("text=COLUMN");
        Normalizer fitted = Normalizer.fit(text, DEFAULT);
        Dataset pixels = Dataset.of("pixels", text.shape(), text.features(), text.targets());
        assertThatIllegalArgumentException()
                .isThrownBy(() -> fitted.apply(pixels))
                .withMessageContaining("holds numbers");
    }

    @Test
    void anOverlayOfTextIsText() throws IOException {
        Path file = write("train.tsv", "good film\t1\nbad film\t0\n");
        DataSpec base = DataSpec.parse("tsv:" + file + "?text=0&label=1&length=3");
        Dataset train = base.load().train();
        double[] changed = train.row(1);
        changed[2] = Words.code("cf");
        Dataset rows = train.select(new int[] {1}).withFeatures(Features.of(changed, 3));

        RowOverlay.write(folder, base, RowOverlay.Mode.REPLACE, rows);

        Dataset read = DataSpec.parse("overlay:" + folder).load().train();
        assertThat(read.words()).isPresent();
        assertThat(read.row(1)).containsExactly(changed);
    }

    private LoadedData load(String lines, String options) throws IOException {
        Path file = write("train.tsv", lines);
        return DataSpec.parse("tsv:" + file + "?text=0&label=1&" + options).load();
    }

    private Path write(String name, String text) throws IOException {
        return Files.writeString(folder.resolve(name), text);
    }
}
