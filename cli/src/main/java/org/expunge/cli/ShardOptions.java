package org.expunge.cli;

import java.util.Optional;
import org.expunge.unlearning.sharded.ShardedTraining;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Spec.Target;

/** Whether, and how finely, the rows are cut for a sharded training. */
final class ShardOptions {
    @Spec(Target.MIXEE)
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec command;

    @Option(
            names = "--shards",
            paramLabel = "S",
            description = "Models to train, each on its share of the rows; they vote. At least 1. "
                    + "Default: one model on all rows, without shards.")
    private @Nullable Integer shards;

    @Option(
            names = "--slices",
            paramLabel = "L",
            description = "Stages of each shard's training; a deletion keeps those before the row's. At least 1. "
                    + "Default: 4 with --shards.")
    private @Nullable Integer slices;

    /** Returns how the rows are cut; empty for a plain training. */
    Optional<ShardedTraining.Options> read() {
        if (shards == null) {
            if (slices != null) {
                throw new ParameterException(command.commandLine(), "--slices needs --shards");
            }
            return Optional.empty();
        }
        int stages = slices == null ? ShardedTraining.Options.DEFAULT.slices() : slices;
        Checks.positive(command, "--shards", shards);
        Checks.positive(command, "--slices", stages);
        return Optional.of(new ShardedTraining.Options(shards, stages));
    }
}
