package org.expunge.influence.data;

import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The codes of the words that have a token number, in the order of these numbers from 2 on. */
final class Vocabulary {
    private static final int FIRST_WORD = 2;

    private final double[] codes;
    private final Map<Double, Integer> tokens = new HashMap<>();

    Vocabulary(double[] codes) {
        this.codes = codes.clone();
        tokens.put((double) Words.PADDING, Words.PADDING);
        for (int i = 0; i < codes.length; i++) {
            tokens.put(codes[i], FIRST_WORD + i);
        }
    }

    /** Takes the most frequent words; of two that are as frequent, the one with the smaller code. */
    static Vocabulary fit(Features rows, Words words) {
        Map<Double, Integer> counts = new HashMap<>();
        double[] row = new double[rows.width()];
        for (int i = 0; i < rows.rows(); i++) {
            rows.read(i, row, 0);
            for (double code : row) {
                if (code != Words.PADDING) {
                    counts.merge(code, 1, Integer::sum);
                }
            }
        }
        List<Map.Entry<Double, Integer>> frequent = counts.entrySet().stream()
                .filter(entry -> entry.getValue() >= words.minimumCount())
                .sorted(Map.Entry.<Double, Integer>comparingByValue(Comparator.reverseOrder())
                        .thenComparing(Map.Entry.comparingByKey()))
                .limit(words.tokens() - (long) FIRST_WORD)
                .toList();
        return new Vocabulary(frequent.stream().mapToDouble(Map.Entry::getKey).toArray());
    }

    double[] codes() {
        return codes.clone();
    }

    /** Returns rows of token numbers in the place of rows of codes. */
    Features number(Features rows) {
        return new Features() {
            @Override
            public int rows() {
                return rows.rows();
            }

            @Override
            public int width() {
                return rows.width();
            }

            @Override
            public void read(int row, double[] into, int offset) {
                rows.read(row, into, offset);
                for (int j = offset; j < offset + rows.width(); j++) {
                    into[j] = tokens.getOrDefault(into[j], Words.UNKNOWN);
                }
            }
        };
    }
}
