package org.expunge.defense.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.expunge.influence.compute.Engine;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.data.Features;
import org.expunge.influence.data.Normalizer;
import org.expunge.influence.data.Shape;
import org.expunge.influence.data.Targets;
import org.expunge.influence.data.Words;
import org.expunge.influence.network.Model;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** One feature in [0, 10]; class 1 above 2, class 0 below. */
class ScaleUpTest {
    private static final Normalizer NONE = normalizer(rows(0, 10), "none");

    private final Engine engine = KnownModels.engine();

    @AfterEach
    void close() {
        engine.workers().close();
    }

    @Test
    void isTheShareOfFactorsThatKeepTheClass() {
        // .5 crosses 2 at factors 5, 7, 9, 11; .25 at 9 and 11; 0 never; 3 stays above and is cut at 10
        double[] scores = scaleUp(threshold(2), rows(0, 10), NONE).score(rows(.5, .25, 0, 3));

        assertThat(scores).containsExactly(new double[] {.2, .6, 1, 1}, within(1e-12));
    }

    @Test
    void cutsAtTheHighEndOfTheRange() {
        // class 1 begins at 10.5, which no feature reaches: cut at 10, every amplified row stays in class 0
        assertThat(scaleUp(threshold(10.5), rows(0, 10), NONE).score(rows(9))).containsExactly(1);
        assertThat(scaleUp(threshold(10.5), rows(0, 20), NONE).score(rows(9))).containsExactly(0);
    }

    @Test
    void doesNotDependOnTheNormalisation() {
        Dataset raw = rows(0, 4, 10, 3);
        Normalizer standardize = normalizer(raw, "standardize");
        double shift = standardize.shift()[0];
        double scale = standardize.scale()[0];

        double[] plain = scaleUp(threshold(2), raw, NONE).score(rows(.5, .25, 0, 3));
        double[] normalised =
                scaleUp(threshold((2 - shift) * scale), raw, standardize).score(standardize.apply(rows(.5, .25, 0, 3)));

        assertThat(normalised).containsExactly(plain);
    }

    @Test
    void pixelsShareOneRangeFromZeroAndColumnsHaveTheirOwn() {
        double[] values = {1, 5, 2, 8};
        Targets targets = Targets.classes(new int[2], 2);
        Dataset image = Dataset.of("image", new Shape(1, 2, 1), Features.of(values, 2), targets);
        Dataset table = Dataset.of("table", Shape.flat(2), Features.of(values, 2), targets);

        ValueRange pixels = ValueRange.of(image, normalizer(image, "scale:2"));
        ValueRange columns = ValueRange.of(table, normalizer(table, "none"));

        assertThat(pixels.low()).containsExactly(0, 0);
        assertThat(pixels.high()).containsExactly(4, 4);
        assertThat(columns.low()).containsExactly(1, 5);
        assertThat(columns.high()).containsExactly(2, 8);
    }

    @Test
    void refusesText() {
        Dataset text = rows(1, 2).withEncoding(new Words(10, 1));

        assertThatThrownBy(() -> ValueRange.of(text, NONE)).hasMessageContaining("is text");
        assertThatThrownBy(() -> new Strip(engine, threshold(2), text, Strip.Options.DEFAULT))
                .hasMessageContaining("is text");
    }

    @Test
    void refusesARangeOfOtherRowsAndFactorsThatDoNotAmplify() {
        Dataset pairs = KnownModels.rows(2, 0, new double[] {1, 2});
        ValueRange wide = ValueRange.of(pairs, normalizer(pairs, "none"));

        assertThatThrownBy(() -> new ScaleUp(engine, threshold(2), wide, ScaleUp.Options.DEFAULT))
                .hasMessageContaining("2 features but the model takes 1");
        assertThatThrownBy(() -> new ScaleUp.Options(List.of(3.0, 1.0))).hasMessageContaining("above 1");
    }

    private ScaleUp scaleUp(Model model, Dataset raw, Normalizer normalizer) {
        return new ScaleUp(engine, model, ValueRange.of(raw, normalizer), ScaleUp.Options.DEFAULT);
    }

    private static Model threshold(double at) {
        return KnownModels.linear(new double[][] {{0}, {1}}, 0, -at);
    }

    private static Dataset rows(double... values) {
        return KnownModels.rows(2, 0, KnownModels.column(values));
    }

    private static Normalizer normalizer(Dataset raw, String kind) {
        return Normalizer.fit(raw, Normalizer.Options.parse(kind));
    }
}
