package org.expunge.unlearning.sharded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.expunge.influence.compute.Engine;
import org.expunge.influence.data.DataSpec;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.data.Normalizer;
import org.expunge.influence.training.Checkpoint;
import org.expunge.influence.training.DataRecipe;
import org.expunge.influence.training.EarlyStopping;
import org.expunge.influence.training.ModelRecipe;
import org.expunge.influence.training.Optimizer;
import org.expunge.influence.training.Recipe;
import org.expunge.influence.training.Schedule;
import org.expunge.influence.training.TrainingOptions;
import org.expunge.unlearning.Problems;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

final class ShardedTrainingTest {
    private final Engine engine = Problems.engine();
    private final Dataset train = Problems.noisyClasses("train", 200, 0.1, 3);

    @AfterEach
    void closeEngine() {
        engine.close();
    }

    private static Recipe recipe(Optimizer.Kind kind) {
        TrainingOptions options = TrainingOptions.DEFAULT
                .withOptimizer(Optimizer.of(kind))
                .withSchedule(Schedule.cosine(0.02))
                .withEpochs(8)
                .withBatchSize(10);
        return new Recipe(4, DataRecipe.of(DataSpec.parse("digits")), ModelRecipe.mlp(6), options);
    }

    private static ShardedTraining training(int shards, int slices) {
        return new ShardedTraining(recipe(Optimizer.Kind.ADAM), new ShardedTraining.Options(shards, slices));
    }

    private static List<double[]> parameters(ShardResult result) {
        return result.checkpoints().stream()
                .map(checkpoint -> checkpoint.model().parameters())
                .toList();
    }

    private static void assertSame(ShardResult found, ShardResult expected) {
        assertThat(parameters(found)).usingRecursiveComparison().isEqualTo(parameters(expected));
        assertThat(found.epochs()).isEqualTo(expected.epochs());
        assertThat(found.normalizer()).isEqualTo(expected.normalizer());
        assertThat(found.checkpoints())
                .extracting(Checkpoint::iteration)
                .isEqualTo(expected.checkpoints().stream()
                        .map(Checkpoint::iteration)
                        .toList());
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3})
    void goingOnFromACleanSliceIsTrainingFromScratchOnTheRemainingRowsBitForBit(int slice) {
        ShardedTraining training = training(2, 4);
        Dataset rows = training.shard(train, 1);
        ShardResult before = training.train(engine, 1, rows, null, done -> {});
        int[] deleted = IntStream.range(0, rows.size())
                .filter(i -> training.assignment().slice(rows.id(i)) >= slice)
                .limit(5)
                .toArray();
        Dataset remaining = rows.without(deleted);

        ShardResult after = training.train(engine, 1, remaining, before.after(slice), done -> {});

        assertSame(after, training.train(engine, 1, remaining, null, done -> {}));
        assertThat(after.model().parameters()).isNotEqualTo(before.model().parameters());
    }

    @ParameterizedTest
    @EnumSource(Optimizer.Kind.class)
    void everyUpdateRuleStartsAnewWithEachSlice(Optimizer.Kind kind) {
        ShardedTraining training = new ShardedTraining(recipe(kind), new ShardedTraining.Options(2, 3));
        Dataset rows = training.shard(train, 0);
        ShardResult whole = training.train(engine, 0, rows, null, done -> {});

        assertSame(training.train(engine, 0, rows, whole.after(2), done -> {}), whole);
    }

    @Test
    void aStageSeesItsSlicesAndNoLaterOnes() {
        ShardedTraining training = training(1, 4);
        ShardResult whole = training.train(engine, 0, train, null, done -> {});
        Dataset firstTwo = train.select(IntStream.range(0, train.size())
                .filter(i -> training.assignment().slice(train.id(i)) <= 1)
                .toArray());

        ShardResult withoutTheLast = training.train(engine, 0, firstTwo, null, done -> {});

        assertThat(parameters(whole.after(2)))
                .usingRecursiveComparison()
                .isEqualTo(parameters(withoutTheLast.after(2)));
        assertThat(whole.normalizer()).isEqualTo(withoutTheLast.normalizer());
    }

    @Test
    void normalisationIsFittedOnTheFirstSliceAlone() {
        ShardedTraining training = training(2, 2);
        Dataset rows = training.shard(train, 0);
        Dataset first = rows.select(IntStream.range(0, rows.size())
                .filter(i -> training.assignment().slice(rows.id(i)) == 0)
                .toArray());

        assertThat(training.train(engine, 0, rows, null, done -> {}).normalizer())
                .isEqualTo(Normalizer.fit(first, Normalizer.Options.DEFAULT));
    }

    @ParameterizedTest
    @CsvSource({"8,1", "8,4", "20,5", "3,5", "100,7"})
    void stagesTakeAsManyPassesAsTrainingWithoutSlices(int epochs, int slices) {
        Recipe base = recipe(Optimizer.Kind.SGD);
        ShardedTraining training = new ShardedTraining(
                base.withTraining(base.training().withEpochs(epochs)), new ShardedTraining.Options(1, slices));

        double passes = IntStream.range(0, slices)
                .mapToDouble(k -> training.epochs(k) * (k + 1.0) / slices)
                .sum();

        assertThat(passes).isBetween(epochs - 1.0, epochs + 1.0); // rounding moves at most one epoch
        assertThat(IntStream.range(0, slices).map(training::epochs)).allMatch(e -> e >= 1);
    }

    @Test
    void rowPassesAreThoseThatTrainingTakes() {
        ShardedTraining training = training(2, 3);
        Dataset rows = training.shard(train, 1);
        List<Long> counted = new ArrayList<>();

        ShardResult whole = training.train(engine, 1, rows, null, counted::add);

        int[] sizes = training.sliceSizes(rows.ids());
        assertThat(counted.stream().mapToLong(Long::longValue).sum()).isEqualTo(training.rowPasses(sizes, 0));
        counted.clear();
        training.train(engine, 1, rows, whole.after(2), counted::add);
        assertThat(counted.stream().mapToLong(Long::longValue).sum()).isEqualTo(training.rowPasses(sizes, 2));
    }

    @Test
    void shardsWithoutAClassOrWithoutRowsAreRefused() {
        Dataset oneOfAClass = train.select(IntStream.range(0, train.size())
                .filter(i -> train.label(i) == 0 || i < 4)
                .toArray());

        assertThatThrownBy(() -> training(40, 1).check(oneOfAClass))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageMatching("shard \\d+ of 40 has \\d+ rows and none of class '1'; use fewer shards");
        assertThatThrownBy(() -> training(100, 4).check(train))
                .hasMessageMatching(
                        "shard \\d+ of 100 has no row in the first of its 4 slices; use fewer shards or" + " slices");
        training(2, 4).check(train);
    }

    @Test
    void recipesThatCannotBeSlicedAreRefused() {
        Recipe base = recipe(Optimizer.Kind.SGD);
        ShardedTraining.Options slices = new ShardedTraining.Options(2, 8);

        assertThatThrownBy(() ->
                        new ShardedTraining(base.withTraining(base.training().withEpochs(4)), slices))
                .hasMessage("4 epochs are too few for 8 slices: ask for at least 5 epochs, or fewer slices");
        assertThatThrownBy(() -> new ShardedTraining(
                        base.withTraining(base.training().withEarlyStopping(new EarlyStopping(3, 0))), slices))
                .hasMessageContaining("take earlyStopping out of the recipe");
    }
}
