package org.expunge.unlearning.sharded;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.expunge.influence.compute.Engine;
import org.expunge.influence.data.Partition;
import org.expunge.influence.io.BadInputException;
import org.expunge.influence.io.Json;
import org.expunge.influence.training.TrainingRun;
import org.jspecify.annotations.Nullable;

/** The files of a sharded run, by name. */
final class ShardedFolder {
    static final String INFO = "sharded.json";

    private static final String SHARDS = "shards";

    private ShardedFolder() {}

    /** Returns the folder of all shards. */
    static Path shards(Path run) {
        return run.resolve(SHARDS);
    }

    /** Returns the folder of a shard. */
    static Path shard(Path run, int shard) {
        return shards(run).resolve(String.format(Locale.ROOT, "%03d", shard));
    }

    static ShardedInfo readInfo(Path run) throws IOException {
        Path file = run.resolve(INFO);
        if (!Files.isRegularFile(file)) {
            throw new BadInputException(
                    run,
                    "is no finished sharded run: it has no " + INFO
                            + "; an unfinished training goes on when the same command is given again");
        }
        ShardedInfo info = Json.read(file, ShardedInfo.class);
        if (info.format() != ShardedInfo.FORMAT) {
            throw new BadInputException(
                    file, "has format " + info.format() + " but this version reads format " + ShardedInfo.FORMAT);
        }
        return info;
    }

    static List<TrainingRun> open(Path run, int shards) throws IOException {
        List<TrainingRun> opened = new ArrayList<>();
        for (int s = 0; s < shards; s++) {
            opened.add(TrainingRun.open(shard(run, s)));
        }
        return opened;
    }

    /** Writes {@code sharded.json}, which makes the directory complete, once all shards are there. */
    static void writeInfo(
            Path run,
            ShardedTraining.Options options,
            Partition remaining,
            Engine engine,
            ShardedInfo.@Nullable Origin origin)
            throws IOException {
        List<TrainingRun> shards = open(run, options.shards());
        List<String> digests = new ArrayList<>();
        double seconds = 0;
        long rowPasses = 0;
        for (TrainingRun shard : shards) {
            ShardNotes notes = ShardNotes.of(shard);
            seconds += notes.seconds();
            rowPasses += notes.rowPasses();
            digests.add(shard.digest());
        }
        ShardedInfo info = new ShardedInfo(
                ShardedInfo.FORMAT,
                Instant.now(Clock.systemUTC()).toString(),
                options.shards(),
                options.slices(),
                seconds / rowPasses,
                VoteMetrics.of(engine, ShardedModel.of(shards), remaining),
                origin,
                digests);
        Json.write(run.resolve(INFO), info);
    }
}
