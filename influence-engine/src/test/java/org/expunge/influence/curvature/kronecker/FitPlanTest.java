package org.expunge.influence.curvature.kronecker;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Stream;
import org.expunge.influence.backend.Backends;
import org.expunge.influence.compute.Engine;
import org.expunge.influence.compute.Workers;
import org.expunge.influence.curvature.LabelMode;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.data.Shape;
import org.expunge.influence.network.Initializer;
import org.expunge.influence.network.Model;
import org.expunge.influence.network.preset.Presets;
import org.expunge.influence.testkit.SmallProblems;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class FitPlanTest {
    static Stream<Arguments> cases() {
        return Stream.of("reference", "cpu")
                .flatMap(backend -> Stream.of(LabelMode.SAMPLED, LabelMode.EXACT)
                        .flatMap(labels -> Stream.of(PositionScaling.values())
                                .flatMap(scaling -> Stream.of("dense", "convolutional")
                                        .map(kind -> Arguments.of(backend, labels, scaling, kind)))));
    }

    private static Model model(String kind) {
        return kind.equals("dense")
                ? Initializer.XAVIER.initialise(Presets.mlp(Shape.flat(30), 3, List.of(40, 20)), 1)
                : SmallProblems.convolutional(1);
    }

    @ParameterizedTest(name = "{3} on {0}, {1}, {2}")
    @MethodSource("cases")
    void aFitStaysWithinItsPlan(String backend, LabelMode labels, PositionScaling scaling, String kind) {
        Model model = model(kind);
        Dataset rows = SmallProblems.rows(model, 30, 2);
        try (Engine engine = new Engine(Backends.create(backend), new Workers(2), 4)) {
            FitPlan plan = FitPlan.of(engine, model.network());

            Ekfac.fit(engine, model, rows, new Kfac.Options(labels, scaling, 1));

            assertThat(engine.compute().memory().peak()).isBetween(plan.bufferBytes() / 20, plan.bufferBytes());
            assertThat(engine.compute().memory().now()).isZero();
        }
    }

    @Test
    void saysInOneLineWhatItTakes() {
        FitPlan plan = new FitPlan(3 << 20, 5 << 20);

        assertThat(plan.totalBytes()).isEqualTo(8 << 20);
        assertThat(plan.describe()).isEqualTo("factors take at most 8.0 MiB: buffers 3.0, sums and eigenvectors 5.0");
    }
}
