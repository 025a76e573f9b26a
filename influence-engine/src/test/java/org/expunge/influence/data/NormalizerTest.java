package org.expunge.influence.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.expunge.influence.data.Normalizer.Kind;
import org.expunge.influence.data.Normalizer.Options;
import org.expunge.influence.io.BadInputException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class NormalizerTest {
    /** Means of 50 numbers of size 10 in doubles: 50 · 10 · 2⁻⁵³ < 1e-13, divided by deviations near 1. */
    private static final double ROUNDING = 1e-12;

    private static final Shape SHAPE = new Shape(2, 1, 3);

    private static Dataset random(int rows, long seed) {
        double[] values = new SplittableRandom(seed)
                .doubles((long) rows * SHAPE.length(), -3, 10)
                .toArray();
        return Dataset.of("random", SHAPE, Features.of(values, SHAPE.length()), Targets.classes(new int[rows], 1));
    }

    private static double[][] columns(Dataset data) {
        double[][] columns = new double[data.shape().length()][data.size()];
        double[] row = new double[columns.length];
        for (int i = 0; i < data.size(); i++) {
            data.features().read(i, row, 0);
            for (int j = 0; j < row.length; j++) {
                columns[j][i] = row[j];
            }
        }
        return columns;
    }

    private static double mean(double[] values) {
        return Arrays.stream(values).average().orElseThrow();
    }

    private static double meanSquare(double[] values) {
        return Arrays.stream(values).map(x -> x * x).average().orElseThrow();
    }

    @Test
    void standardizesEachFeature() {
        Dataset train = random(50, 1);

        Dataset normal = Normalizer.fit(train, Options.DEFAULT).apply(train);

        for (double[] column : columns(normal)) {
            assertThat(mean(column)).isCloseTo(0, within(ROUNDING));
            assertThat(meanSquare(column)).isCloseTo(1, within(ROUNDING));
        }
    }

    @Test
    void standardizesEachChannelAsOne() {
        Dataset train = random(50, 2);

        double[][] columns = columns(
                Normalizer.fit(train, new Options(Kind.STANDARDIZE_CHANNEL, 1)).apply(train));

        for (int start = 0; start < 6; start += 3) {
            double[] channel = Arrays.stream(columns, start, start + 3)
                    .flatMapToDouble(Arrays::stream)
                    .toArray();
            assertThat(mean(channel)).isCloseTo(0, within(ROUNDING));
            assertThat(meanSquare(channel)).isCloseTo(1, within(ROUNDING));
            assertThat(Math.abs(mean(columns[start]))).isGreaterThan(ROUNDING);
        }
    }

    @Test
    void bringsEachFeatureToZeroToOne() {
        Dataset train = random(50, 3);

        for (double[] column :
                columns(Normalizer.fit(train, new Options(Kind.MIN_MAX, 1)).apply(train))) {
            assertThat(Arrays.stream(column).min().orElseThrow()).isEqualTo(0);
            assertThat(Arrays.stream(column).max().orElseThrow()).isCloseTo(1, within(ROUNDING));
        }
    }

    @Test
    void dividesAndCenters() {
        Dataset train = random(50, 4);
        double[][] raw = columns(train);

        double[][] scaled =
                columns(Normalizer.fit(train, Options.parse("scale:16")).apply(train));
        double[][] centered =
                columns(Normalizer.fit(train, Options.parse("center:16")).apply(train));

        assertThat(scaled[2][7]).isEqualTo(raw[2][7] / 16);
        assertThat(centered[2][7]).isCloseTo((raw[2][7] - mean(raw[2])) / 16, within(ROUNDING));
    }

    @Test
    void appliesToOtherRowsWhatItLearntFromTheTrainingRows() {
        Normalizer normalizer = Normalizer.fit(random(50, 5), Options.DEFAULT);
        Dataset other = random(3, 6);

        double[][] normal = columns(normalizer.apply(other));

        assertThat(normal[1][2])
                .isEqualTo((columns(other)[1][2] - normalizer.shift()[1])
                        * normalizer.scale()[1]);
        assertThat(normalizer.apply(other).ids()).isEqualTo(other.ids());
    }

    @ParameterizedTest
    @EnumSource(value = Kind.class, mode = EnumSource.Mode.EXCLUDE, names = "VOCABULARY")
    void leavesAConstantFeatureFinite(Kind kind) {
        Dataset constant = Dataset.of(
                "constant", SHAPE, Features.of(new double[] {5, 5, 5, 5, 5, 5}, 6), Targets.classes(new int[1], 1));

        Dataset normal = Normalizer.fit(constant, new Options(kind, 2)).apply(constant);

        for (double[] column : columns(normal)) {
            assertThat(column[0]).isEqualTo(kind == Kind.NONE ? 5 : kind == Kind.SCALE ? 2.5 : 0);
        }
    }

    @ParameterizedTest
    @EnumSource(value = Kind.class, mode = EnumSource.Mode.EXCLUDE, names = "VOCABULARY")
    void comesBackFromJsonToTheSameBits(Kind kind) throws IOException {
        Normalizer normalizer = Normalizer.fit(random(20, 7), new Options(kind, 3));

        Normalizer read = Normalizer.fromJson(normalizer.toJson(), "normalizer.json");

        assertThat(read).isEqualTo(normalizer).hasSameHashCodeAs(normalizer);
        assertThat(read.kind()).isEqualTo(kind);
    }

    @ParameterizedTest
    @ValueSource(strings = {"none", "standardize", "standardize-channel", "min-max", "scale:255.0", "center:16.0"})
    void readsTheNamesThatItPrints(String text) {
        assertThat(Options.parse(text)).hasToString(text);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "whiten", "scale:0", "scale:-1", "scale:x", "scale:NaN", "scale:Infinity"})
    void refusesNamesThatItDoesNotKnow(String text) {
        assertThatThrownBy(() -> Options.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("'" + text + "'");
    }

    @Test
    void refusesWhatDoesNotFit() {
        Normalizer normalizer = Normalizer.fit(random(5, 8), Options.DEFAULT);
        Dataset narrow =
                Dataset.of("narrow", Shape.flat(1), Features.of(new double[1], 1), Targets.classes(new int[1], 1));

        assertThatThrownBy(() -> normalizer.apply(narrow))
                .hasMessageContaining("fitted on 6 features but narrow has 1");
        assertThatThrownBy(() -> Normalizer.fit(random(0, 1), Options.DEFAULT)).hasMessageContaining("no rows to fit");
        assertThatThrownBy(() -> Normalizer.fromJson("{\"kind\": \"NONE\", \"shift\": [1]}", "n.json"))
                .isInstanceOf(BadInputException.class)
                .hasMessageContaining("n.json");
        assertThatThrownBy(() -> Normalizer.fromJson("{\"kind\": \"NONE\", \"shift\": [1], \"scale\": []}", "n.json"))
                .isInstanceOf(BadInputException.class);
    }
}
