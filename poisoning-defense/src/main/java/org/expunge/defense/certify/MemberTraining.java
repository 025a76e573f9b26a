package org.expunge.defense.certify;

import static com.google.common.base.Preconditions.checkArgument;

import org.expunge.influence.compute.Engine;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.data.Normalizer;
import org.expunge.influence.training.CheckpointPolicy;
import org.expunge.influence.training.DivergenceException;
import org.expunge.influence.training.Recipe;
import org.expunge.influence.training.Retrainer;
import org.expunge.influence.training.Seeds;

/**
 * Trains the members of an ensemble. What a member becomes follows from its rows, the recipe, the seed and its number,
 * and from nothing else: its normalisation is fitted on its own rows, its order is that of the rows' contents, and no
 * other rows are watched.
 */
final class MemberTraining {
    private final Recipe recipe;
    private final Dataset raw;
    private final Aggregation aggregation;
    private final RowPartitions partitions;
    private final long seed;

    MemberTraining(Recipe recipe, Dataset raw, Aggregation aggregation, long seed) {
        checkArgument(raw.classes() >= 2, "%s has no classes to vote on", raw.name());
        checkArgument(
                !recipe.training().earlyStopping().isOn(),
                "the recipe stops early by its validation rows, which a certificate over training rows would not cover;"
                        + " train a run without early stopping");
        this.recipe = recipe.withTraining(recipe.training().withCheckpoints(CheckpointPolicy.lastOnly()));
        this.raw = raw;
        this.aggregation = aggregation;
        this.partitions = new RowPartitions(raw, aggregation.partitions(), new Seeds(seed).of("partitions"));
        this.seed = seed;
    }

    /** Returns the rows of a member, by content. */
    int[] rows(int member) {
        return partitions.rows(aggregation.partitionsOf(member));
    }

    /** Trains one member. */
    EnsembleMember train(Engine single, int member) {
        Dataset own = raw.select(rows(member));
        if (own.size() == 0) {
            return new EnsembleMember(0, Normalizer.fit(raw, recipe.data().normalization()), null); // not used
        }
        Normalizer normalizer = Normalizer.fit(own, recipe.data().normalization());
        Dataset rows = normalizer.apply(own);
        long memberSeed = Seeds.derive(new Seeds(seed).of("members"), member);
        try {
            return new EnsembleMember(
                    own.size(),
                    normalizer,
                    new Retrainer(single, recipe)
                            .retrain(rows, rows.select(new int[0]), memberSeed)
                            .model());
        } catch (DivergenceException e) {
            return new EnsembleMember(own.size(), normalizer, null);
        }
    }
}
