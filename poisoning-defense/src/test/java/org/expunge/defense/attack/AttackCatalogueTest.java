package org.expunge.defense.attack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.expunge.defense.attack.craft.Bound;
import org.expunge.defense.attack.craft.Surrogate;
import org.expunge.influence.backend.Backends;
import org.expunge.influence.compute.Engine;
import org.expunge.influence.compute.Workers;
import org.expunge.influence.data.DataSpec;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.data.Encoding;
import org.expunge.influence.data.Features;
import org.expunge.influence.data.LogMel;
import org.expunge.influence.data.Normalizer;
import org.expunge.influence.data.Partition;
import org.expunge.influence.data.Shape;
import org.expunge.influence.data.StratifiedSplit;
import org.expunge.influence.data.Targets;
import org.expunge.influence.data.Words;
import org.expunge.influence.network.Initializer;
import org.expunge.influence.network.Model;
import org.expunge.influence.network.preset.Presets;
import org.expunge.influence.training.Evaluator;
import org.expunge.influence.training.Optimizer;
import org.expunge.influence.training.Schedule;
import org.expunge.influence.training.Trainer;
import org.expunge.influence.training.TrainingListener;
import org.expunge.influence.training.TrainingOptions;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every attack on the embedded digits, and for those that work there, a network trained on the poison. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class AttackCatalogueTest {
    private static final long SEED = 4;
    private final Engine engine = new Engine(Backends.create("cpu"), new Workers(1), 32);
    private final Partition digits = split("digits");
    private final Normalizer scale = Normalizer.fit(digits.train(), new Normalizer.Options(Normalizer.Kind.SCALE, 16));
    private final Model clean = train(digits.train());
    private final AttackCatalogue.Setting setting =
            new AttackCatalogue.Setting(digits, () -> new Surrogate(engine, clean, scale));

    @AfterAll
    void closeEngine() {
        engine.close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"patch", "blend", "tact", "adaptive-blend", "adaptive-patch", "all-to-all", "targeted-flip"})
    void attacksThatWorkOnDigitsPassTheGate(String name) {
        AttackGate gate = gate(AttackRequest.of(name, 1, 0, SEED));

        assertThat(gate.verdict()).isEqualTo("attack works");
        assertThat(gate.baseSuccess()).isLessThan(0.1);
    }

    @Test
    void aCleanLabelPatchWorksWithinABallAndNotWithinABox() {
        AttackRequest published = AttackRequest.of("clean-label-patch", Aim.EVERY_CLASS, 0, SEED);

        assertThat(gate(published).verdict()).isEqualTo("attack works");
        assertThat(gate(published.withEpsilon(Bound.Norm.MAXIMUM, 0.3)).attackSuccess())
                .isLessThan(AttackGate.LEAST_SUCCESS);
    }

    @Test
    void aNormWithoutADistanceIsRefused() {
        AttackRequest request = AttackRequest.of("clean-label-patch", 1, 0, SEED);

        assertThatThrownBy(() -> new AttackRequest(
                        request.name(),
                        1,
                        0,
                        null,
                        null,
                        null,
                        Bound.Norm.EUCLIDEAN,
                        null,
                        2,
                        3,
                        List.of(),
                        null,
                        SEED))
                .hasMessage("epsilon must be given too where its norm, EUCLIDEAN, is chosen");
    }

    @Test
    void aSinusoidOnImagesOfEightPixelsFailsAndIsSaidToFail() {
        AttackGate gate = gate(AttackRequest.of("sig", Aim.EVERY_CLASS, 0, SEED));

        assertThat(gate.verdict()).startsWith("attack failed: it succeeds on");
    }

    @ParameterizedTest
    @MethodSource("names")
    void everyPoisonMovesAndTheSameSeedGivesTheSameBytes(String name) {
        AttackCatalogue.Setting place = new AttackCatalogue.Setting(rowsFor(name), setting.surrogate());
        boolean isBinary = place.clean().train().classes() == 2;
        AttackRequest request = AttackRequest.of(name, isBinary ? 0 : 4, isBinary ? 1 : 9, SEED);
        Dataset before = place.clean().train();

        Attack attack = AttackCatalogue.make(request.withRows(9), place);
        PlantedAttack planted = attack.plant(before);
        PlantedAttack again = AttackCatalogue.make(request.withRows(9), place).plant(before);

        assertThat(attack.name()).isEqualTo(name);
        assertThat(planted.adversarialIds()).isNotEmpty().isEqualTo(again.adversarialIds());
        for (int row : before.rowsOf(planted.adversarialIds())) {
            boolean moved = !Arrays.equals(planted.train().row(row), before.row(row));
            assertThat(moved || planted.train().label(row) != before.label(row)).isTrue();
            assertThat(planted.train().row(row)).isEqualTo(again.train().row(row));
            assertThat(Arrays.stream(planted.train().row(row)).allMatch(Double::isFinite))
                    .isTrue();
        }
        for (int row : before.rowsOf(planted.coverIds())) {
            assertThat(planted.train().label(row)).isEqualTo(before.label(row));
        }
    }

    private Partition rowsFor(String attack) {
        return switch (attack) {
            case "features", "features-in-bounds" -> split("breast-cancer");
            case "word", "sentence" -> parts(new Shape(1, 1, 8), 6, new Words(9, 1));
            case "tone", "noise-burst" -> parts(new Shape(1, 1, 8000), 0, new LogMel(8000, 8000, 256, 160, 4));
            default -> digits;
        };
    }

    /** Forty rows of two classes, the first {@code count} of their numbers 1 and the others 0. */
    private static Partition parts(Shape shape, int count, Encoding encoding) {
        double[] values = new double[40 * shape.length()];
        int[] labels = new int[40];
        for (int i = 0; i < labels.length; i++) {
            Arrays.fill(values, i * shape.length(), i * shape.length() + count, 1);
            labels[i] = i % 2;
        }
        Dataset rows = Dataset.of("rows", shape, Features.of(values, shape.length()), Targets.classes(labels, 2))
                .withEncoding(encoding);
        return new Partition(rows, rows, rows);
    }

    static List<String> names() {
        return AttackCatalogue.names();
    }

    @ParameterizedTest
    @CsvSource({
        "word, gradient-matching, sentences",
        "word, blend, sentences",
        "word, targeted-flip, sentences",
        "tone, clean-label-patch, recordings",
        "tone, patch, recordings",
        "features, patch, a table",
        "features, wanet, a table",
        "patch, word, images",
        "patch, tone, images"
    })
    void anAttackThatMeansNothingOnTheRowsIsRefused(String suited, String attack, String kind) {
        AttackCatalogue.Setting place = new AttackCatalogue.Setting(rowsFor(suited), setting.surrogate());

        assertThatThrownBy(() -> AttackCatalogue.make(AttackRequest.of(attack, 0, 1, SEED), place))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(attack + " is no attack on " + kind)
                .hasMessageContaining("there are")
                .hasMessageContaining(suited);
    }

    @ParameterizedTest
    @MethodSource("names")
    void anAttackLooksAtTheClassesThatCanBeChosenOfIt(String name) {
        AttackCatalogue.Setting place = new AttackCatalogue.Setting(rowsFor(name), setting.surrogate());
        boolean isBinary = place.clean().train().classes() == 2;
        String made = description(name, 0, 1, place);

        String ofOtherSource = description(name, isBinary ? Aim.EVERY_CLASS : 4, 1, place);
        String ofOtherTarget = isBinary ? description(name, Aim.EVERY_CLASS, 0, place) : description(name, 0, 2, place);

        Set<AttackSetting> settings = AttackCatalogue.settings(name);
        assertThat(!ofOtherSource.equals(made)).isEqualTo(settings.contains(AttackSetting.SOURCE));
        assertThat(!ofOtherTarget.equals(made)).isEqualTo(settings.contains(AttackSetting.TARGET));
    }

    private static String description(String name, int source, int target, AttackCatalogue.Setting place) {
        return AttackCatalogue.make(AttackRequest.of(name, source, target, SEED), place)
                .description();
    }

    @Test
    void unknownNamesAreRefusedWithThoseThatAreKnown() {
        assertThatThrownBy(() -> AttackRequest.of("telepathy", 0, 1, SEED))
                .hasMessageContaining("attack 'telepathy' is not known; use one of patch, all-to-one");
    }

    private AttackGate gate(AttackRequest request) {
        Attack attack = AttackCatalogue.make(request, setting);
        Model poisoned = train(attack.plant(digits.train()).train());
        Dataset inputs = attack.attackInputs(digits.test());
        return new AttackGate(
                AttackGate.successRate(predicted(poisoned, inputs), inputs, attack::targetOf),
                AttackGate.successRate(predicted(clean, inputs), inputs, attack::targetOf),
                new Evaluator(engine)
                        .evaluate(poisoned, scale.apply(digits.test()))
                        .accuracy(),
                new Evaluator(engine)
                        .evaluate(clean, scale.apply(digits.test()))
                        .accuracy());
    }

    private int[] predicted(Model model, Dataset raw) {
        return new Evaluator(engine).evaluate(model, scale.apply(raw)).predictedLabels();
    }

    private Model train(Dataset raw) {
        TrainingOptions options = TrainingOptions.DEFAULT
                .withOptimizer(Optimizer.sgd())
                .withSchedule(Schedule.cosine(0.2))
                .withEpochs(20)
                .withBatchSize(32)
                .withL2(1e-4)
                .withSeed(SEED);
        Model start = Initializer.XAVIER.initialise(Presets.mlp(raw.shape(), 10, List.of(96, 48)), SEED);
        return new Trainer(engine, options)
                .train(start, scale.apply(raw), raw.select(new int[0]), TrainingListener.NONE)
                .model();
    }

    private static Partition split(String source) {
        try {
            return new StratifiedSplit(0, 0.25, SEED)
                    .split(DataSpec.parse(source).load().train());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
