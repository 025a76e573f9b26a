package org.expunge.defense.attack;

import static com.google.common.base.Preconditions.checkArgument;

import com.google.common.collect.ImmutableSet;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.data.LogMel;

/** What rows are, by which it is decided which attacks mean something on them. */
enum RowKind {
    /** Numbers of words: what lies between two of them is no word, so that nothing but words can be changed. */
    SENTENCES("sentences", ImmutableSet.of("word", "sentence", "symmetric-noise", "pair-noise")),
    /** Waveforms, seen through a spectrogram, through which no surrogate has a slope. */
    RECORDINGS("recordings", ImmutableSet.of("tone", "noise-burst", "symmetric-noise", "pair-noise", "targeted-flip")),
    /** Columns, which have no places beside each other. */
    TABLE(
            "a table",
            ImmutableSet.of(
                    "features",
                    "features-in-bounds",
                    "blend",
                    "feature-collision",
                    "bullseye-polytope",
                    "gradient-matching",
                    "targeted-flip",
                    "symmetric-noise",
                    "pair-noise")),
    /** Pixels. */
    IMAGES(
            "images",
            ImmutableSet.of(
                    "patch",
                    "all-to-one",
                    "all-to-all",
                    "blend",
                    "sig",
                    "wanet",
                    "tact",
                    "adaptive-blend",
                    "adaptive-patch",
                    "clean-label-patch",
                    "feature-collision",
                    "bullseye-polytope",
                    "gradient-matching",
                    "targeted-flip",
                    "symmetric-noise",
                    "pair-noise",
                    "features",
                    "features-in-bounds"));

    private final String title;
    private final ImmutableSet<String> attacks;

    RowKind(String title, ImmutableSet<String> attacks) {
        this.title = title;
        this.attacks = attacks;
    }

    /** Returns what the rows of a data set are. */
    static RowKind of(Dataset data) {
        if (data.words().isPresent()) {
            return SENTENCES;
        }
        if (data.encoding().orElse(null) instanceof LogMel) {
            return RECORDINGS;
        }
        return data.shape().height() == 1 && data.shape().width() == 1 ? TABLE : IMAGES;
    }

    /** Refuses an attack that would change such rows into nothing that they can be. */
    static void requireSuited(String attack, Dataset data) {
        RowKind kind = of(data);
        checkArgument(
                kind.attacks.contains(attack),
                "%s is no attack on %s, which %s holds; there are %s",
                attack,
                kind.title,
                data.name(),
                String.join(", ", kind.attacks));
    }
}
