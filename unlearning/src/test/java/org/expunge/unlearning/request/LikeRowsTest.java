package org.expunge.unlearning.request;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.data.Features;
import org.expunge.influence.data.Shape;
import org.expunge.influence.data.Targets;
import org.junit.jupiter.api.Test;

/** Rows of four numbers, of which the model sees the last two alone. */
class LikeRowsTest {
    private static final int ROWS = 5000; // more than one chunk
    private static final double LEAST = 0.999;

    private final double[][] values = values();
    private final Dataset all = data(values);
    private final List<Dataset> parts = List.of(
            all.select(IntStream.range(0, 4500).toArray()),
            all.select(IntStream.range(4500, ROWS).toArray()));

    /** Row 7 is row 3 again, row 8 is near it, row 4600 looks the same to the model and rows 20 and 21 like nothing. */
    private static double[][] values() {
        Random random = new Random(3);
        double[][] rows = new double[ROWS][];
        for (int i = 0; i < ROWS; i++) {
            rows[i] = random.doubles(4, -1, 1).toArray();
        }
        rows[7] = rows[3].clone();
        rows[8] = Arrays.stream(rows[3]).map(v -> v + 0.01).toArray();
        rows[4600] = new double[] {5, -5, 2 * rows[3][2], 2 * rows[3][3]};
        rows[20] = new double[] {1, 1, 0, 0};
        rows[21] = new double[] {-1, -1, 0, 0};
        return rows;
    }

    private static Dataset data(double[][] rows) {
        double[] flat = Arrays.stream(rows).flatMapToDouble(Arrays::stream).toArray();
        return Dataset.of("rows", Shape.flat(4), Features.of(flat, 4), Targets.classes(new int[rows.length], 2));
    }

    private double[][] seen(int part, int[] rows) {
        return Arrays.stream(rows)
                .mapToObj(row -> Arrays.copyOfRange(parts.get(part).row(row), 2, 4))
                .toArray(double[][]::new);
    }

    private LikeRows.Found find(double near, String... requested) {
        return new LikeRows(new LikeRows.Options(NearDuplicates.Options.DEFAULT.withThreshold(near), LEAST, 30))
                .find(parts, Set.of(requested), this::seen);
    }

    @Test
    void nearDuplicatesAreThoseOfTheSearchByFeaturesAndSayHowAlikeTheyAreToTheModel() {
        LikeRows.Found found = find(0.1, "row-3", "row-40");

        List<NearDuplicates.Near> near =
                new NearDuplicates(NearDuplicates.Options.DEFAULT).find(parts, Set.of("row-3", "row-40"));
        assertThat(found.near())
                .extracting(row -> new NearDuplicates.Near(row.id(), row.of(), row.distance()))
                .containsExactlyElementsOf(near);
        assertThat(found.near().get(0)).isEqualTo(new LikeRow("row-7", "row-3", 0, 1));
        assertThat(found.near())
                .allSatisfy(row ->
                        assertThat(row.cosine()).isCloseTo(cosine(number(row.id()), number(row.of())), within(1e-12)));
    }

    @Test
    void everyOtherRowInTheSameDirectionIsCountedAndTheMostAlikeAreListed() {
        LikeRows.Found found = find(0.1, "row-3", "row-40");

        Set<Integer> near =
                Set.copyOf(found.near().stream().map(row -> number(row.id())).toList());
        TreeMap<Integer, Double> expected = new TreeMap<>();
        for (int i = 0; i < ROWS; i++) {
            double largest = Math.max(cosine(i, 3), cosine(i, 40));
            if (i != 3 && i != 40 && !near.contains(i) && largest >= LEAST) {
                expected.put(i, largest);
            }
        }
        assertThat(expected).hasSizeGreaterThan(30);
        assertThat(found.alikeCount()).isEqualTo(expected.size());
        assertThat(found.alike()).hasSize(30);
        assertThat(found.alike().get(0).id()).isEqualTo("row-4600");
        assertThat(found.alike().get(0).of()).isEqualTo("row-3");
        assertThat(found.alike().get(0).cosine()).isEqualTo(1);
        assertThat(found.alike())
                .extracting(LikeRow::cosine)
                .isSortedAccordingTo((a, b) -> Double.compare(b, a))
                .allSatisfy(cosine -> assertThat(cosine).isGreaterThanOrEqualTo(LEAST));
        assertThat(found.alike())
                .allSatisfy(row -> assertThat(row.cosine()).isCloseTo(expected.get(number(row.id())), within(1e-12)));
    }

    @Test
    void distancesOfBothListsAreInTheSameUnit() {
        double unit = find(0.1, "row-3").near().get(1).distance() / distance(3, 8);

        LikeRow far = find(0.1, "row-3").alike().get(0);

        assertThat(far.id()).isEqualTo("row-4600");
        assertThat(far.distance()).isCloseTo(unit * distance(3, 4600), within(1e-12));
    }

    @Test
    void rowsThatTheModelMakesNothingOfAreAlikeAmongThemselvesAlone() {
        assertThat(find(0, "row-20").alike()).extracting(LikeRow::id).containsExactly("row-21");
    }

    @Test
    void nothingIsLikeNothing() {
        assertThat(find(0.1)).isEqualTo(new LikeRows.Found(List.of(), List.of(), 0));
    }

    @Test
    void severalModelsHaveTheMeanOfTheirCosines() {
        RowFeatures one = (part, rows) -> new double[][] {{3, 0}, {5, 0}};
        RowFeatures other = (part, rows) -> new double[][] {{0, 0.1}, {0.1, 0.1}};

        double[][] joined = RowFeatures.joined(List.of(one, other)).of(0, new int[] {0, 1});

        double dot = IntStream.range(0, 4)
                .mapToDouble(j -> joined[0][j] * joined[1][j])
                .sum();
        assertThat(dot / 2).isCloseTo((1 + Math.sqrt(0.5)) / 2, within(1e-15));
    }

    @Test
    void thresholdsOutOfRangeAreRefused() {
        assertThatThrownBy(() -> LikeRows.Options.DEFAULT.with(0.1, 0.5)).hasMessageContaining("(0.5, 1], got 0.5");
        assertThatThrownBy(() -> LikeRows.Options.DEFAULT.with(1, 0.9)).hasMessageContaining("[0, 1), got 1.0");
    }

    private static int number(String id) {
        return Integer.parseInt(id.substring(4));
    }

    private double distance(int a, int b) {
        return Math.sqrt(IntStream.range(0, 4)
                .mapToDouble(j -> Math.pow(values[a][j] - values[b][j], 2))
                .sum());
    }

    private double cosine(int a, int b) {
        double dot = values[a][2] * values[b][2] + values[a][3] * values[b][3];
        return dot / Math.hypot(values[a][2], values[a][3]) / Math.hypot(values[b][2], values[b][3]);
    }
}
