package org.expunge.defense.attack;

import org.expunge.influence.data.Dataset;
import org.expunge.influence.data.LogMel;

/** What rows are, by which it is decided which attacks mean something on them. */
enum RowKind {
    /** Numbers of words: what lies between two of them is no word, so that nothing but words can be changed. */
    SENTENCES("sentences"),
    /** Waveforms, seen through a spectrogram, through which no surrogate has a slope. */
    RECORDINGS("recordings"),
    /** Columns, which have no places beside each other. */
    TABLE("a table"),
    /** Pixels. */
    IMAGES("images");

    private final String title;

    RowKind(String title) {
        this.title = title;
    }

    /** Returns what to call them in a message. */
    String title() {
        return title;
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
}
