package org.expunge.unlearning.sharded;

import static com.google.common.base.Preconditions.checkArgument;

import java.util.List;
import org.expunge.influence.compute.Engine;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.data.Normalizer;
import org.expunge.influence.network.Model;
import org.expunge.influence.training.Evaluator;
import org.expunge.influence.training.TrainingRun;

/**
 * The models of all shards, which answer together.
 *
 * @param members one a shard
 */
public record ShardedModel(List<Member> members) {
    /**
     * The model of one shard.
     *
     * @param normalizer what it expects of its rows
     * @param model the model
     */
    public record Member(Normalizer normalizer, Model model) {}

    /** Refuses an empty list. */
    public ShardedModel {
        members = List.copyOf(members);
        checkArgument(!members.isEmpty(), "a sharded model needs at least one member");
    }

    /** Takes the models of runs, one a shard. */
    static ShardedModel of(List<TrainingRun> shards) {
        return new ShardedModel(shards.stream()
                .map(shard -> new Member(shard.normalizer(), shard.model()))
                .toList());
    }

    /**
     * Asks every member.
     *
     * @param engine where it runs; stays the caller's to close
     * @param raw rows before normalisation; may be empty
     * @return the answers, row by row
     * @throws IllegalArgumentException if the rows do not fit the networks
     */
    public Votes predict(Engine engine, Dataset raw) {
        Evaluator evaluator = new Evaluator(engine);
        return new Votes(members.stream()
                .map(member -> probabilities(evaluator
                        .evaluate(member.model(), member.normalizer().apply(raw))
                        .predictions()))
                .toList());
    }

    /** A single output is the probability of the second of two classes. */
    private static double[][] probabilities(double[][] outputs) {
        double[][] all = outputs.clone();
        for (int i = 0; i < all.length; i++) {
            if (all[i].length == 1) {
                all[i] = new double[] {1 - all[i][0], all[i][0]};
            }
        }
        return all;
    }
}
