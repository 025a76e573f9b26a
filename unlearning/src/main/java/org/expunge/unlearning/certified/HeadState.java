package org.expunge.unlearning.certified;

import com.google.common.primitives.Doubles;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The secret of a head: whoever holds it sees through the noise.
 *
 * @param options how it was trained and forgets
 * @param width d
 * @param classes how many classes
 * @param w the head without noise, K·d
 * @param seed 64 hexadecimal digits, the noise's: b of objective perturbation, what is added to w of output
 *     perturbation
 * @param spectralNorm {@code ‖X‖₂} of the training rows, or more
 * @param residual {@code ‖∇L‖}, measured
 * @param spent β of each block: objective perturbation's bounds, added up since the training, its residual included
 * @param totals what the deletions since the training added up to, over all blocks
 * @param alarm a row that moves the head farther than this when it leaves alone is atypical: 99 in 100 move it less
 * @param spentBy by principal, the share of the budget used up since the training
 * @param deletions deletions since the training
 * @param releases heads published so far
 */
public record HeadState(
        HeadOptions options,
        int width,
        int classes,
        List<Double> w,
        String seed,
        double spectralNorm,
        double residual,
        List<Double> spent,
        ResidualBounds totals,
        double alarm,
        Map<String, Double> spentBy,
        int deletions,
        int releases) {

    /** Copies the lists and the map. */
    public HeadState {
        w = List.copyOf(w);
        spent = List.copyOf(spent);
        spentBy = Collections.unmodifiableMap(new TreeMap<>(spentBy));
    }

    /** The state before the first training. */
    static HeadState blank(HeadOptions options, HeadRows rows, double spectralNorm) {
        HeadLoss loss = options.kind().loss(rows.classes());
        return new HeadState(
                options,
                rows.width(),
                rows.classes(),
                Doubles.asList(new double[loss.vectors() * rows.width()]),
                HexFormat.of().formatHex(new byte[SecretNoise.SEED_BYTES]),
                spectralNorm,
                0,
                Doubles.asList(new double[loss.blocks()]),
                ResidualBounds.ZERO,
                0,
                Map.of(),
                0,
                0);
    }

    /** The state after a training: earlier deletions no longer count. */
    HeadState retrained(double[] head, String newSeed, double left, double[] used, double usualStep) {
        return new HeadState(
                options,
                width,
                classes,
                Doubles.asList(head),
                newSeed,
                spectralNorm,
                left,
                Doubles.asList(used),
                ResidualBounds.ZERO,
                usualStep,
                Map.of(),
                0,
                releases + 1);
    }

    /** The state with its residual measured again: what is spent is that at least. */
    HeadState measured(double left, double[] blocks) {
        double[] used = Doubles.toArray(spent);
        for (int block = 0; block < used.length; block++) {
            used[block] = Math.max(used[block], blocks[block]);
        }
        return new HeadState(
                options,
                width,
                classes,
                w,
                seed,
                spectralNorm,
                left,
                Doubles.asList(used),
                totals,
                alarm,
                spentBy,
                deletions,
                releases);
    }

    /** The state after a deletion. */
    HeadState after(
            double[] head,
            String nextSeed,
            double left,
            double[] used,
            ResidualBounds added,
            Map<String, Double> usedBy) {
        return new HeadState(
                options,
                width,
                classes,
                Doubles.asList(head),
                nextSeed,
                spectralNorm,
                left,
                Doubles.asList(used),
                totals.plus(added),
                alarm,
                usedBy,
                deletions + 1,
                releases + 1);
    }

    /** Returns w, K·d numbers; a copy. */
    public double[] head() {
        return Doubles.toArray(w);
    }

    /** Returns b, K·d numbers. */
    double[] linear() {
        return options.mechanism() == Mechanism.OUTPUT ? new double[w.size()] : noise(options, seed, w.size());
    }

    /** Returns the noise of a seed. */
    static double[] noise(HeadOptions options, String seed, int length) {
        double[] noise = SecretNoise.gaussians(HexFormat.of().parseHex(seed), length);
        for (int j = 0; j < length; j++) {
            noise[j] *= options.noise();
        }
        return noise;
    }

    /** Returns what may be published: K·d numbers, noise included. */
    public double[] released() {
        double[] published = head();
        if (options.mechanism() == Mechanism.OUTPUT) {
            double[] noise = noise(options, seed, published.length);
            for (int j = 0; j < published.length; j++) {
                published[j] += noise[j];
            }
        }
        return published;
    }

    /** Returns the norm of {@link #spent} over the blocks, or the residual of output perturbation. */
    public double used() {
        return options.mechanism() == Mechanism.OUTPUT ? residual : HeadObjective.norm(Doubles.toArray(spent));
    }
}
