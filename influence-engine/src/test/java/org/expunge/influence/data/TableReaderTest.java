package org.expunge.influence.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.zip.GZIPOutputStream;
import org.expunge.influence.io.BadInputException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TableReaderTest {
    private static final String TABLE = """
            name,age,colour,sex,income
            ann,30,red,f,low
            bob,41.5,blue,m,high
            eve, 7 ,red,f,high
            """;

    @TempDir
    Path folder;

    private LoadedData load(String text, String options) throws IOException {
        Path file = Files.writeString(folder.resolve("rows.csv"), text);
        return DataSpec.parse("csv:" + file + "?" + options).load();
    }

    private static double[] row(Dataset data, int row) {
        double[] into = new double[data.shape().length()];
        data.features().read(row, into, 0);
        return into;
    }

    @Test
    void writesNumbersAsTheyAreAndTextsAsOneHotFeatures() throws IOException {
        Dataset data = load(TABLE, "label=income&id=name").train();

        assertThat(data.shape()).isEqualTo(Shape.flat(5));
        assertThat(row(data, 0)).containsExactly(30, 0, 1, 1, 0);
        assertThat(row(data, 1)).containsExactly(41.5, 1, 0, 0, 1);
        assertThat(row(data, 2)).containsExactly(7, 0, 1, 1, 0);
        assertThat(data.classNames()).containsExactly("high", "low");
        assertThat(data.label(0)).isEqualTo(1);
        assertThat(data.ids()).containsExactly("ann", "bob", "eve");
    }

    @Test
    void otherRowsTakeTheColumnsOfTheTrainingTable() throws IOException {
        LoadedData train = load(TABLE, "label=income&id=name");
        Path other = Files.writeString(folder.resolve("other.csv"), """
                name,age,colour,sex,income
                kim,5,green,m,high
                lee,6,blue,m,low
                """);

        DataSpec source = DataSpec.parse(train.spec());
        Dataset rows = source.loadLikewise(DataSpec.parse("csv:" + other), Optional.empty());

        assertThat(row(rows, 0)).containsExactly(5, 0, 0, 0, 1);
        assertThat(row(rows, 1)).containsExactly(6, 1, 0, 0, 1);
        assertThat(rows.ids()).containsExactly("kim", "lee");
        assertThat(rows.classNames()).isEqualTo(train.train().classNames());
        assertThat(source.loadLikewise(DataSpec.parse("csv:" + other + "?limit=1&label=income"), Optional.empty())
                        .ids())
                .containsExactly("kim");
        assertThatThrownBy(() -> source.loadLikewise(DataSpec.parse("csv:" + other + "?label=sex"), Optional.empty()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("read as the training rows were, so leave out label=sex");
        assertThat(source.loadLikewise(DataSpec.parse("digits?limit=3"), Optional.empty())
                        .size())
                .isEqualTo(3);
    }

    @Test
    void rowsWhoseLabelsNobodyLooksAtNeedNone() throws IOException {
        LoadedData train = load(TABLE, "label=sex&id=name&group=colour");
        DataSpec source = DataSpec.parse(train.spec());
        Path without = Files.writeString(folder.resolve("without.csv"), "name,age,colour,income\nkim,5,green,high\n");
        Path unknown =
                Files.writeString(folder.resolve("unknown.csv"), "name,age,colour,sex,income\nlee,6,blue,?,low\n");
        Path fewer = Files.writeString(folder.resolve("fewer.csv"), "name,age,income\nkim,5,high\n");

        for (Optional<TableLayout> layout :
                List.of(Optional.<TableLayout>empty(), train.train().layout())) {
            Dataset first = unlabelled(source, without, layout);
            Dataset second = unlabelled(source, unknown, layout);

            assertThat(row(first, 0)).containsExactly(5, 0, 0, 1, 0);
            assertThat(row(second, 0)).containsExactly(6, 1, 0, 0, 1);
            assertThat(first.ids()).containsExactly("kim");
            assertThat(first.classNames()).isEqualTo(train.train().classNames());
            assertThatThrownBy(() -> unlabelled(source, fewer, layout))
                    .isInstanceOf(BadInputException.class)
                    .hasMessageContaining("only that of the label, 'sex', may be left out");
        }
        assertThatThrownBy(() -> source.loadLikewise(DataSpec.parse("csv:" + without), Optional.empty()))
                .isInstanceOf(BadInputException.class);
    }

    @Test
    void aTableWithoutNamesMayLackItsLabelWhereverThatIs() throws IOException {
        for (int label = 0; label < 3; label++) {
            List<List<String>> rows = List.of(List.of("1.5", "20"), List.of("-4", "0.25"));
            String lines =
                    rows.stream().map(row -> String.join(",", row) + "\n").collect(Collectors.joining());
            Path labelled = folder.resolve("labelled-" + label + ".csv");
            Files.writeString(labelled, with(rows.get(0), label, "no") + with(rows.get(1), label, "yes"));
            Path without = Files.writeString(folder.resolve("without-" + label + ".csv"), lines);
            Path fewer = Files.writeString(folder.resolve("fewer-" + label + ".csv"), "1.5\n");
            DataSpec source = DataSpec.parse("csv:" + labelled + "?header=false&label=" + label);
            Dataset train = source.load().train();

            for (Optional<TableLayout> layout : List.of(Optional.<TableLayout>empty(), train.layout())) {
                Dataset read = unlabelled(source, without, layout);

                assertThat(row(read, 0)).containsExactly(1.5, 20);
                assertThat(row(read, 1)).containsExactly(-4, 0.25);
                assertThat(row(unlabelled(source, labelled, layout), 1)).containsExactly(-4, 0.25);
                assertThat(read.classNames()).containsExactly("no", "yes");
                assertThatThrownBy(() -> unlabelled(source, fewer, layout))
                        .isInstanceOf(BadInputException.class)
                        .hasMessageContaining("only that of the label, '"
                                + train.layout().orElseThrow().label().name());
            }
        }
    }

    private static String with(List<String> cells, int place, String label) {
        List<String> all = new ArrayList<>(cells);
        all.add(place, label);
        return String.join(",", all) + "\n";
    }

    private static Dataset unlabelled(DataSpec source, Path other, Optional<TableLayout> layout) throws IOException {
        return source.loadUnlabelled(DataSpec.parse("csv:" + other), layout).train();
    }

    @Test
    void namesOfRowsAreNoFeatures() throws IOException {
        String table = IntStream.range(0, 60)
                .mapToObj(i -> "person" + i + "," + i + "," + i % 2)
                .collect(Collectors.joining("\n", "who,x,y\n", "\n"));

        assertThatThrownBy(() -> load(table, "label=y"))
                .isInstanceOf(BadInputException.class)
                .hasMessageContaining("rows.csv: column 'who' holds a text of its own in most rows")
                .hasMessageContaining("'person0' in line 2; name the column in id= or ignore=");
        assertThat(load(table, "label=y&id=who").train().shape()).isEqualTo(Shape.flat(1));
        assertThat(load(table, "label=y&categorical=who").train().shape()).isEqualTo(Shape.flat(61));
        assertThat(load(table, "label=y&id=who").train().name()).isEqualTo("rows.csv");
    }

    @Test
    void ignoresColumnsAndKeepsGroups() throws IOException {
        Dataset data = load(TABLE, "label=income&ignore=name,sex&group=sex").train();

        assertThat(row(data, 1)).containsExactly(41.5, 1, 0);
        assertThat(data.groups().get("sex")).containsExactly(0, 1, 0);
        assertThat(data.groupNames("sex")).containsExactly("f", "m");
        assertThat(data.ids()).containsExactly("row-0", "row-1", "row-2");
    }

    @Test
    void ordersNumericClassesByValueAndObeysDeclaredCategories() throws IOException {
        Dataset data = load("x,y\n1,10\n2,9\n1,2\n", "label=y&categorical=x").train();

        assertThat(data.classNames()).containsExactly("2", "9", "10");
        assertThat(row(data, 1)).containsExactly(0, 1);
    }

    @Test
    void readsNumbersToPredict() throws IOException {
        Dataset fractions = load("x,y\n1,0.5\n2,-3\n", "label=y").train();
        Dataset whole = load("x,y\n1,5\n2,-3\n", "label=y&task=regression").train();

        double[] target = new double[1];
        fractions.targets().read(1, target, 0);
        assertThat(target).containsExactly(-3);
        assertThat(fractions.classes()).isZero();
        assertThat(whole.classes()).isZero();
    }

    @Test
    void readsTwoClassesAsOneColumn() throws IOException {
        Dataset data = load("x,y\n1,no\n2,yes\n", "label=y&task=binary").train();

        assertThat(data.targets().width()).isEqualTo(1);
        assertThat(data.label(1)).isEqualTo(1);
        assertThat(data.classNames()).containsExactly("no", "yes");
    }

    @Test
    void namesColumnsByNumberWithoutAHeader() throws IOException {
        Dataset data = load("5,a\n6,b\n", "label=1&header=false").train();

        assertThat(data.size()).isEqualTo(2);
        assertThat(row(data, 1)).containsExactly(6);
    }

    @Test
    void readsCompressedTabSeparatedText() throws IOException {
        Path file = folder.resolve("rows.tsv.gz");
        try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(file))) {
            out.write("x\ty\n1,5\t\"a\n2\tb\n".getBytes(StandardCharsets.UTF_8));
        }

        Dataset data = DataSpec.parse("tsv:" + file + "?label=y").load().train();

        assertThat(data.classNames()).containsExactly("\"a", "b");
        assertThat(row(data, 0)).containsExactly(1, 0);
    }

    @Test
    void fillsMissingCells() throws IOException {
        String text = "x,c,y\n1,a,0\n?,,1\n3,b,0\n";

        Dataset data = load(text, "label=y&missing=mean").train();

        assertThat(row(data, 1)).containsExactly(2, 0, 0, 1);
        assertThat(row(load("x,c,y\n1,a,0\n2,?,1\n", "label=y&missing=category").train(), 1))
                .containsExactly(2, 0, 1);
    }

    @Test
    void writesACategoryThatOnlyTestRowsHaveAsZeros() throws IOException {
        Path test = Files.writeString(folder.resolve("test.csv"), "x,c,y\n5,new,1\n6,a,0\n");

        LoadedData data = load("x,c,y\n1,a,0\n2,b,1\n", "label=y&test=" + test);

        Dataset rows = data.test().orElseThrow();
        assertThat(row(rows, 0)).containsExactly(5, 0, 0);
        assertThat(row(rows, 1)).containsExactly(6, 1, 0);
        assertThat(rows.ids()).containsExactly("test-0", "test-1");
        assertThat(data.train().ids()).containsExactly("train-0", "train-1");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "x,y;1,0;2|label=y|rows.csv, line 3: has 1 cells where the first line has 2",
                "x,y;1,0|label=z|rows.csv: has no column 'z'; its columns are [x, y]",
                "x,y;1,0|label=y&ignore=q|has no column 'q'",
                "x,y;1,0|label=y&group=q|has no column 'q'",
                "x,y;1,0;NaN,1|label=y|line 3: column 'x' holds 'NaN' where a finite number is expected",
                "x,y;1,0;-inf,1|label=y|line 3: column 'x' holds '-inf' where a finite number is expected",
                "x,y;1,0;-Infinity,1|label=y|line 3: column 'x' holds '-Infinity'",
                "x,y;1,0;1e999,1|label=y|line 3: column 'x' holds '1e999'",
                "x,y;1,0;two,1|label=y&numeric=x|line 3: column 'x' holds 'two'",
                "x,y;1,0;?,1|label=y|line 3: column 'x' is missing its number",
                "x,y;1,0;,1|label=y&missing=category|line 3: column 'x' is missing its number",
                "x,y;a,0;,1|label=y|line 3: column 'x' is missing its value",
                "x,y;1,0;2,|label=y&missing=mean|line 3: column 'y' is missing its value",
                "x,y;1,0.5;2,NaN|label=y|line 3: column 'y' holds 'NaN'",
                "x,y;1,0;2,1;3,2|label=y&task=binary|holds 3 classes; task=binary needs 2",
                "i,x,y;a,1,0;b,2,1;a,3,1|label=y&id=i|line 4: row id 'a' is already that of line 2",
                "x,x,y;1,2,0|label=y|line 1: two columns have the same name",
                "x,y|label=y|rows.csv: has a header but no rows",
                "''|label=y|rows.csv: is empty",
                "y;1|label=y|has no column left for features",
            })
    void namesFileLineAndColumnOfABadTable(String text, String options, String message) {
        assertThatThrownBy(() -> load(text.replace(';', '\n'), options))
                .isInstanceOf(BadInputException.class)
                .hasMessageContaining(message)
                .hasMessageContaining("rows.csv");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "x,y;1,2|line 2: column 'y' holds '2', which no training row has",
                "x,z;1,0|has columns [x, z] where the training file has [x, y]",
                "x,y;1|test.csv, line 2: has 1 cells"
            })
    void namesTheTestFileThatDoesNotFit(String text, String message) throws IOException {
        Path test = Files.writeString(folder.resolve("test.csv"), text.replace(';', '\n'));

        assertThatThrownBy(() -> load("x,y\n1,0\n2,1\n", "label=y&test=" + test))
                .isInstanceOf(BadInputException.class)
                .hasMessageContaining("test.csv")
                .hasMessageContaining(message);
    }

    @Test
    void refusesAColumnOfTooManyTexts() {
        StringBuilder text = new StringBuilder("x,y\n");
        for (int i = 0; i <= ColumnProfile.MAX_CATEGORIES; i++) {
            text.append('n').append(i).append(",0\n");
        }

        assertThatThrownBy(() -> load(text.toString(), "label=y"))
                .isInstanceOf(BadInputException.class)
                .hasMessageContaining("the first text being 'n0' in line 2; name the column in ignore=");
        assertThatThrownBy(() -> load(text.toString(), "label=x&task=classes"))
                .hasMessageContaining("label column 'x' holds more than 10000 classes");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "x=1|has no option 'x'",
                "header=true|needs label=NAME",
                "label=y&missing=drop|missing='drop' is not known; use one of [error, category, mean]",
                "label=y&task=rank|task='rank' is not known",
                "label=y&header=1|header must be true or false",
                "label=y&numeric=x&categorical=x|'x' is named as numeric and as categorical"
            })
    void namesABadOption(String options, String message) {
        assertThatThrownBy(() -> load("x,y\n1,0\n", options))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(message);
    }
}
