package org.expunge.unlearning.sharded;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.expunge.influence.compute.Engine;
import org.expunge.influence.compute.Workers;
import org.expunge.influence.compute.reference.ReferenceCompute;
import org.expunge.influence.data.DataSpec;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.io.BadInputException;
import org.expunge.influence.training.Checkpoint;
import org.expunge.influence.training.DataRecipe;
import org.expunge.influence.training.ModelRecipe;
import org.expunge.influence.training.Recipe;
import org.expunge.influence.training.Schedule;
import org.expunge.influence.training.TrainingOptions;
import org.expunge.influence.training.TrainingRun;
import org.expunge.unlearning.Problems;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ShardedRunTest {
    private static final ShardedTraining.Options OPTIONS = new ShardedTraining.Options(3, 3);

    @TempDir
    private Path folder;

    private final Engine engine = new Engine(new ReferenceCompute(), new Workers(2), 16);

    @AfterEach
    void closeEngine() {
        engine.close();
    }

    private Recipe recipe() throws IOException {
        Dataset rows = Problems.noisyClasses("row", 240, 0.1, 3);
        StringBuilder text = new StringBuilder("key,a,b,c,d,e,f,label\n");
        for (int i = 0; i < rows.size(); i++) {
            text.append(rows.id(i)).append(',');
            for (double value : rows.row(i)) {
                text.append(value).append(',');
            }
            text.append(rows.label(i) == 0 ? "no" : "yes").append('\n');
        }
        Path table = Files.writeString(folder.resolve("rows.csv"), text);
        TrainingOptions options =
                TrainingOptions.DEFAULT.withSchedule(Schedule.cosine(0.1)).withEpochs(6);
        DataSpec source = DataSpec.parse("csv:" + table + "?label=label&id=key");
        return new Recipe(4, DataRecipe.of(source), ModelRecipe.mlp(6), options.withBatchSize(8));
    }

    private ShardedRun create(String name) throws IOException {
        return ShardedRun.create(folder.resolve(name), recipe(), OPTIONS, Map.of(), engine, ShardProgress.NONE);
    }

    private ShardedRun forget(ShardedRun run, List<String> ids, String name) throws IOException {
        return run.forget(ids, folder.resolve(name), engine, ShardProgress.NONE);
    }

    /** Returns ids of rows in given slices of given shards. */
    private static List<String> ids(ShardedRun run, int shard, int slice, int count) {
        Assignment assignment = run.training().assignment();
        return run.train().ids().stream()
                .filter(id -> assignment.shard(id) == shard && assignment.slice(id) == slice)
                .limit(count)
                .toList();
    }

    private static List<double[]> parameters(ShardedRun run, int shard) {
        return run.shards().get(shard).checkpoints().stream()
                .map(checkpoint -> checkpoint.model().parameters())
                .toList();
    }

    /** Trains every shard in memory on the rows of a run without some of them. */
    private List<ShardResult> fromScratch(ShardedRun run, List<String> without) {
        Dataset train = run.train().without(run.train().rowsOf(without));
        return IntStream.range(0, OPTIONS.shards())
                .mapToObj(s -> run.training()
                        .train(
                                new Engine(engine.compute(), new Workers(1), 16),
                                s,
                                run.training().shard(train, s),
                                null,
                                n -> {}))
                .toList();
    }

    @Test
    void forgettingIsShardedTrainingFromScratchOnTheRemainingRowsBitForBit() throws IOException {
        ShardedRun run = create("run");
        List<String> ids = Stream.of(ids(run, 0, 2, 2), ids(run, 0, 1, 1), ids(run, 2, 0, 3))
                .flatMap(List::stream)
                .toList();

        ShardedRun after = forget(run, ids, "after");

        List<ShardResult> expected = fromScratch(run, ids);
        for (int s = 0; s < OPTIONS.shards(); s++) {
            assertThat(parameters(after, s))
                    .usingRecursiveComparison()
                    .isEqualTo(expected.get(s).checkpoints().stream()
                            .map(checkpoint -> checkpoint.model().parameters())
                            .toList());
            assertThat(after.shards().get(s).normalizer())
                    .isEqualTo(expected.get(s).normalizer());
            assertThat(after.shards().get(s).metrics().epochs())
                    .isEqualTo(expected.get(s).epochs());
        }
        assertThat(after.removedIds()).containsExactlyInAnyOrderElementsOf(ids);
        assertThat(after.train().ids())
                .doesNotContainAnyElementsOf(ids)
                .hasSize(run.train().size() - 6);
        assertThat(requireNonNull(after.info().metrics().get("test")).rows())
                .isEqualTo(run.test().size());
    }

    @Test
    void onlyTouchedShardsAreTrainedAndOnlyFromTheirFirstDeletedSlice() throws IOException {
        ShardedRun run = create("run");

        ShardedRun after = forget(run, ids(run, 1, 2, 1), "after");

        ShardedInfo.Origin origin = requireNonNull(after.info().origin());
        assertThat(origin.retrainedShards()).containsExactly(1);
        assertThat(origin.parentDigest()).isEqualTo(run.digest());
        for (int s : new int[] {0, 2}) {
            assertThat(after.shards().get(s).digest())
                    .isEqualTo(run.shards().get(s).digest());
        }
        List<double[]> before = parameters(run, 1);
        assertThat(parameters(after, 1).subList(0, 2))
                .usingRecursiveComparison()
                .isEqualTo(before.subList(0, 2));
        assertThat(parameters(after, 1).get(2)).isNotEqualTo(before.get(2));
    }

    @Test
    void checkpointsThatSawTheRowAreNotInTheNewRun() throws IOException {
        ShardedRun run = create("run");

        ShardedRun after = forget(run, ids(run, 0, 0, 1), "after");

        List<double[]> old = parameters(run, 0);
        for (Checkpoint checkpoint : after.shards().get(0).checkpoints()) {
            assertThat(old)
                    .noneSatisfy(
                            stale -> assertThat(checkpoint.model().parameters()).isEqualTo(stale));
        }
        try (Stream<Path> files = Files.list(after.shards().get(0).path().resolve("checkpoints"))) {
            assertThat(files).hasSize(OPTIONS.slices() + 1); // and the list of them
        }
    }

    @Test
    void twoRequestsEndWhereTheirUnionDoes() throws IOException {
        ShardedRun run = create("run");
        List<String> first = Stream.concat(ids(run, 0, 1, 2).stream(), ids(run, 1, 0, 1).stream())
                .toList();
        List<String> second = ids(run, 0, 0, 1);

        ShardedRun oneByOne = forget(forget(run, first, "one"), second, "two");
        ShardedRun together =
                forget(run, Stream.concat(first.stream(), second.stream()).toList(), "both");

        assertThat(oneByOne.modelDigest()).isEqualTo(together.modelDigest()).isNotEqualTo(run.modelDigest());
    }

    @Test
    void theNumberOfWorkersChangesNoBit() throws IOException {
        ShardedRun run = create("run");
        try (Engine single = new Engine(new ReferenceCompute(), new Workers(1), 16)) {
            ShardedRun again =
                    ShardedRun.create(folder.resolve("again"), recipe(), OPTIONS, Map.of(), single, ShardProgress.NONE);

            assertThat(again.modelDigest()).isEqualTo(run.modelDigest());
            assertThat(again.info().metrics()).isEqualTo(run.info().metrics());
        }
    }

    @Test
    void planCountsShardsSlicesAndRowsBeforeAnythingIsDone() throws IOException {
        ShardedRun run = create("run");
        List<String> ids = Stream.concat(ids(run, 0, 2, 2).stream(), ids(run, 2, 1, 1).stream())
                .toList();
        long[] counted = new long[2];

        ShardedPlan plan = run.plan(ids);
        run.forget(ids, folder.resolve("after"), engine, (done, total) -> {
            counted[0] = done;
            counted[1] = total;
        });

        assertThat(plan.rows()).isEqualTo(3);
        assertThat(plan.shards())
                .extracting(ShardedPlan.Touched::shard, ShardedPlan.Touched::firstSlice, ShardedPlan.Touched::rows)
                .containsExactly(
                        org.assertj.core.groups.Tuple.tuple(0, 2, 2), org.assertj.core.groups.Tuple.tuple(2, 1, 1));
        assertThat(counted).containsExactly(plan.rowPasses(), plan.rowPasses());
        assertThat(plan.share()).isBetween(0.2, 0.7);
        assertThat(plan.seconds()).isPositive();
    }

    @Test
    void forgettingEverythingCountsAsAFullTraining() throws IOException {
        ShardedRun run = create("run");
        List<String> one = IntStream.range(0, 3)
                .mapToObj(s -> ids(run, s, 0, 1))
                .flatMap(List::stream)
                .toList();

        assertThat(run.plan(one).share()).isEqualTo(1);
    }

    @Test
    void heldRowsLeaveEveryShardsListsAndNoneIsRetrainedForThem() throws IOException {
        ShardedRun run = create("run");
        List<String> ids = ids(run, 0, 2, 1);
        Set<String> held = Set.of(run.test().id(0), run.validation().id(1));

        ShardedRun after = run.forget(ids, held, folder.resolve("after"), engine, ShardProgress.NONE);

        assertThat(after.modelDigest()).isEqualTo(forget(run, ids, "without").modelDigest());
        assertThat(after.test().ids())
                .hasSize(run.test().size() - 1)
                .doesNotContain(run.test().id(0));
        assertThat(after.shards())
                .allSatisfy(shard -> assertThat(shard.removedIds()).containsAll(held));
        assertThat(after.shards().get(1).checkpoints()).hasSize(OPTIONS.slices());
        assertThat(requireNonNull(after.info().metrics().get("validation")).rows())
                .isEqualTo(run.validation().size() - 1);
    }

    @Test
    void rowsThatAreNoTrainingRowsAreRefused() throws IOException {
        ShardedRun run = create("run");
        String gone = ids(run, 0, 2, 1).get(0);
        ShardedRun after = forget(run, List.of(gone), "after");

        assertThatThrownBy(() -> run.plan(List.of("nobody")))
                .hasMessage("1 of 1 row ids are not among the " + run.train().size()
                        + " remaining training rows, such as nobody; nothing was changed");
        assertThatThrownBy(() -> after.plan(List.of(gone))).hasMessageContaining("such as " + gone);
        assertThatThrownBy(() -> run.plan(List.of(run.test().id(0)))).hasMessageContaining("nothing was changed");
    }

    @Test
    void aFirstSliceIsNeverEmptied() throws IOException {
        ShardedRun run = create("run");

        assertThatThrownBy(() -> forget(run, ids(run, 1, 0, 1000), "after"))
                .hasMessageContaining("leaves shard 1 of", "train a new run without them");
        assertThat(folder.resolve("after")).doesNotExist();
    }

    @Test
    void aSliceMayBeEmptied() throws IOException {
        ShardedRun run = create("run");
        List<String> ids = ids(run, 1, 1, 1000);

        ShardedRun after = forget(run, ids, "after");

        assertThat(parameters(after, 1).get(2))
                .isEqualTo(fromScratch(run, ids).get(1).model().parameters());
    }

    @Test
    void aKilledTrainingKeepsItsFinishedShards() throws IOException {
        ShardedRun whole = create("whole");
        Path partial = folder.resolve("run.partial");
        Files.createDirectories(partial.resolve("shards/.002.x.tmp"));
        copy(whole.path().resolve("shards/001"), partial.resolve("shards/001"));

        ShardedRun resumed = create("run");

        assertThat(resumed.modelDigest()).isEqualTo(whole.modelDigest());
        assertThat(resumed.shards().get(1).digest())
                .isEqualTo(whole.shards().get(1).digest());
        assertThat(partial).doesNotExist();
        try (Stream<Path> files = Files.walk(resumed.path())) {
            assertThat(files.map(file -> file.getFileName().toString()))
                    .noneMatch(name -> name.endsWith(".tmp") || name.equals("lock"));
        }
    }

    @Test
    void anotherUnfinishedTrainingIsNotMixedIn() throws IOException {
        ShardedRun whole = create("whole");
        copy(whole.path().resolve("shards/001"), folder.resolve("run.partial/shards/001"));

        assertThatThrownBy(() -> ShardedRun.create(
                        folder.resolve("run"), recipe().withSeed(5), OPTIONS, Map.of(), engine, ShardProgress.NONE))
                .isInstanceOf(BadInputException.class)
                .hasMessageContaining("holds an unfinished training by another recipe or on other rows");
    }

    private static void copy(Path from, Path to) throws IOException {
        Files.createDirectories(to.getParent());
        try (Stream<Path> walk = Files.walk(from)) {
            for (Path each : walk.toList()) {
                Files.copy(each, to.resolve(from.relativize(each)));
            }
        }
    }

    @Test
    void outThatExistsIsLeftAlone() throws IOException {
        ShardedRun run = create("run");

        assertThatThrownBy(() -> create("run")).isInstanceOf(FileAlreadyExistsException.class);
        assertThatThrownBy(() -> forget(run, ids(run, 0, 0, 1), "run")).isInstanceOf(FileAlreadyExistsException.class);
    }

    @Test
    void aChangedFileIsNamed() throws IOException {
        ShardedRun run = create("run");
        Path model = run.shards().get(2).path().resolve("metrics.json");
        Files.writeString(model, Files.readString(model) + " ");

        assertThatThrownBy(() -> ShardedRun.open(run.path()))
                .isInstanceOf(BadInputException.class)
                .hasMessageContaining(model.toString());
    }

    @Test
    void aShardOfAnotherRunIsNoticed() throws IOException {
        ShardedRun run = create("run");
        ShardedRun after = forget(run, ids(run, 1, 0, 1), "after");
        Path shard = after.path().resolve("shards/001");
        Files.move(shard, folder.resolve("away"));
        copy(run.path().resolve("shards/001"), shard);

        assertThatThrownBy(() -> ShardedRun.open(after.path()))
                .isInstanceOf(BadInputException.class)
                .hasMessageContaining("has changed since the sharded run was made");
    }

    @Test
    void aPlainRunIsNoShardedRun() {
        assertThatThrownBy(() -> ShardedRun.open(folder))
                .isInstanceOf(BadInputException.class)
                .hasMessageContaining("is no finished sharded run: it has no sharded.json");
    }

    @Test
    void aShardIsARunOfItsOwn() throws IOException {
        ShardedRun run = create("run");

        TrainingRun shard = TrainingRun.open(run.path().resolve("shards/000"));

        assertThat(shard.train().ids())
                .isEqualTo(run.training().shard(shard.rawTrain(), 0).ids());
        assertThat(shard.checkpoints()).hasSize(OPTIONS.slices());
        assertThat(requireNonNull(shard.metrics().last().get("test")).accuracy())
                .isGreaterThan(0.5);
    }
}
