package org.expunge.defense.certify;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.expunge.influence.compute.Engine;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.retraining.Retrainings;
import org.expunge.influence.training.Recipe;

/**
 * Members trained on few of the rows each, which vote.
 *
 * <p><b>Shapes.</b> M members, K classes.
 *
 * <p><b>Accuracy.</b> A prediction stays as it is whichever rows are inserted or deleted and whichever labels are
 * flipped, as long as these are at most as many as its radius; a row whose features are changed counts twice. This
 * holds for the training rows, given the recipe and the seed: it says nothing of an attacker who changes the input
 * itself, nor of whether the prediction is right.
 *
 * <p><b>Cost.</b> That of the {@link Aggregation}; members are trained at the same time, each by one worker, so that
 * its bits depend on no other member.
 */
public final class PartitionEnsemble {
    private final Aggregation aggregation;
    private final List<EnsembleMember> members;
    private final int classes;

    PartitionEnsemble(Aggregation aggregation, List<EnsembleMember> members, int classes) {
        this.aggregation = aggregation;
        this.members = List.copyOf(members);
        this.classes = classes;
    }

    /**
     * Trains an ensemble in memory.
     *
     * @param engine where to compute; stays the caller's to close
     * @param recipe the network and how to train it; its rows are not used
     * @param raw training rows with classes, before normalisation
     * @param plan how they are shared out
     * @return the ensemble
     * @throws IllegalArgumentException if the recipe stops early, or the rows have no classes or do not fit the network
     */
    public static PartitionEnsemble train(Engine engine, Recipe recipe, Dataset raw, EnsemblePlan plan) {
        Aggregation aggregation = plan.aggregation();
        MemberTraining training = new MemberTraining(recipe, raw, aggregation, plan.seed());
        EnsembleMember[] members = new EnsembleMember[aggregation.members()];
        Retrainings.forEach(engine, members.length, (single, m) -> members[m] = training.train(single, m));
        return new PartitionEnsemble(aggregation, List.of(members), raw.classes());
    }

    /** Returns how many members there are. */
    public int members() {
        return members.size();
    }

    /** Returns how many members are constant, because they had no rows or their training diverged. */
    public int constantMembers() {
        return (int) members.stream().filter(member -> member.model() == null).count();
    }

    /** Returns how many rows each member saw. */
    public List<Integer> memberRows() {
        return members.stream().map(EnsembleMember::rows).toList();
    }

    /**
     * Asks every member.
     *
     * @param engine where to compute; stays the caller's to close
     * @param raw n rows before normalisation, whose labels are not looked at
     * @return the class that each member names: n × M
     */
    public int[][] votes(Engine engine, Dataset raw) {
        int[][] votes = new int[raw.size()][members.size()];
        for (int m = 0; m < members.size(); m++) {
            int[] named = members.get(m).votes(engine, raw);
            for (int i = 0; i < named.length; i++) {
                votes[i][m] = named[i];
            }
        }
        return votes;
    }

    /**
     * Predicts with a proof.
     *
     * @param engine where to compute; stays the caller's to close
     * @param raw n rows before normalisation, whose labels are not looked at
     * @return one prediction a row
     */
    public List<CertifiedPrediction> certify(Engine engine, Dataset raw) {
        List<CertifiedPrediction> predictions = new ArrayList<>(raw.size());
        for (int[] row : votes(engine, raw)) {
            predictions.add(aggregation.certify(row, classes));
        }
        return Collections.unmodifiableList(predictions);
    }
}
