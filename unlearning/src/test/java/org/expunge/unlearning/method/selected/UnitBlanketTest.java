package org.expunge.unlearning.method.selected;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.expunge.influence.compute.Engine;
import org.expunge.influence.compute.Loss;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.data.Features;
import org.expunge.influence.data.Shape;
import org.expunge.influence.data.Targets;
import org.expunge.influence.network.Model;
import org.expunge.influence.network.Network;
import org.expunge.influence.network.layer.Dense;
import org.expunge.unlearning.Problems;
import org.expunge.unlearning.method.selected.UnitBlanket.Choice;
import org.expunge.unlearning.method.selected.UnitBlanket.Unit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class UnitBlanketTest {
    private static final int D = 10;
    private static final UnitBlanket.Options OPTIONS = UnitBlanket.Options.DEFAULT.withDraws(300, 3.5);

    private final Engine engine = Problems.engine();
    private final Dataset row = Dataset.of(
            "row",
            Shape.flat(D),
            Features.of(new Random(1).doubles(D).toArray(), D),
            Targets.real(new double[] {0, 5, 0}, 3));

    @AfterEach
    void closeEngine() {
        engine.close();
    }

    /** Three outputs, of which two read features that hardly matter and one is far from its target. */
    @Test
    void theUnitThatMakesTheLossIsPicked() {
        Model model = model(new double[] {0.01, 1, 0.01});

        List<Unit> picked = new UnitBlanket(OPTIONS).pick(engine, model, row).units();

        assertThat(picked).isNotEmpty();
        assertThat(picked.get(0).unit()).isEqualTo(1);
        assertThat(picked.get(0).coefficient()).isGreaterThan(0.8);
        assertThat(UnitBlanket.indices(model.network(), picked.subList(0, 1)))
                .containsExactly(10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 31);
    }

    /** The mean over eight rows depends on each of eight outputs a little, but each row on one. */
    @Test
    void rowsThatHaveLittleInCommonAreTakenOneByOne() {
        int outputs = 8;
        double[] x = new Random(5).doubles((long) outputs * D).toArray();
        double[] y = new double[outputs * outputs];
        IntStream.range(0, outputs).forEach(i -> y[i * outputs + i] = 30);
        Dataset rows = Dataset.of("rows", Shape.flat(D), Features.of(x, D), Targets.real(y, outputs));
        double[] sizes = new double[outputs];
        Arrays.fill(sizes, 1);
        Model model = model(sizes);

        List<Unit> picked = new UnitBlanket(OPTIONS.withDraws(1_000, 9))
                .pick(engine, model, rows)
                .units();

        assertThat(picked).extracting(Unit::unit).containsExactlyInAnyOrder(0, 1, 2, 3, 4, 5, 6, 7);
        assertThat(picked).allSatisfy(unit -> assertThat(unit.coefficient()).isGreaterThan(0.7));
    }

    @Test
    void whereTheLossDoesNotMoveNothingIsPicked() {
        assertThat(new UnitBlanket(OPTIONS)
                        .pick(engine, model(new double[3]), row)
                        .units())
                .isEmpty();
    }

    @Test
    void controlsPickAsManyByChanceOrAll() {
        Model model = model(new double[] {0.01, 1, 0.01});
        int size = new UnitBlanket(OPTIONS).pick(engine, model, row).units().size();

        List<Unit> random = new UnitBlanket(OPTIONS.withChoice(Choice.RANDOM))
                .pick(engine, model, row)
                .units();
        List<Unit> all = new UnitBlanket(OPTIONS.withChoice(Choice.FULL))
                .pick(engine, model, row)
                .units();

        assertThat(random).hasSize(size).doesNotHaveDuplicates();
        assertThat(all).extracting(Unit::unit).containsExactly(0, 1, 2);
        assertThat(UnitBlanket.indices(model.network(), all))
                .hasSize(3 * (D + 1))
                .doesNotHaveDuplicates();
    }

    @Test
    void theSameSeedPicksTheSame() {
        Model model = model(new double[] {0.5, 1, 0.7});

        assertThat(new UnitBlanket(OPTIONS).pick(engine, model, row).units())
                .isEqualTo(new UnitBlanket(OPTIONS).pick(engine, model, row).units());
    }

    @Test
    void refusesOptionsOutOfRange() {
        assertThatThrownBy(() -> OPTIONS.withDraws(2, 1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> OPTIONS.withMost(0)).isInstanceOf(IllegalArgumentException.class);
    }

    /** Output k is a sum of random weights of that size. */
    private static Model model(double[] sizes) {
        int outputs = sizes.length;
        Network network =
                Network.builder(Shape.flat(D)).add("linear", new Dense(outputs)).build(Loss.MEAN_SQUARED_ERROR);
        double[] parameters = new double[outputs * (D + 1)];
        double[] random = new Random(2).doubles((long) outputs * D, -1, 1).toArray();
        Arrays.setAll(parameters, i -> i < outputs * D ? sizes[i / D] * random[i] : 0);
        return new Model(network, parameters, new double[0]);
    }
}
