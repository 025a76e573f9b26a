package org.expunge.influence.data;

import static com.google.common.base.Preconditions.checkArgument;

import com.google.common.base.CharMatcher;
import com.google.common.base.Splitter;
import com.google.common.hash.Hashing;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What the numbers of rows of text stand for. Before normalisation a feature is the code of a word, which depends on
 * the word alone: so a row is the same whatever other rows there are. A {@link Normalizer} that was fitted on training
 * rows turns codes into token numbers: 0 is padding, 1 a word that is not in the vocabulary, and words follow by how
 * often they occur in those rows.
 *
 * <p>A code is 52 bits of SHA-256 of the word in UTF-8, so any two of 100 000 words share one with probability 1e-6.
 * Code 0 is padding.
 *
 * @param tokens how many token numbers there are, padding and unknown words among them, at least 3
 * @param minimumCount how often a word must occur in training rows to get a number of its own, at least 1
 */
public record Words(int tokens, int minimumCount) implements Encoding {
    /** The code and the token number of padding. */
    public static final int PADDING = 0;

    /** The token number of words that the vocabulary lacks. */
    public static final int UNKNOWN = 1;

    private static final long CODES = 1L << 52;

    /** Every word that was coded in this process: codes are the same for all data. */
    private static final Map<Double, String> KNOWN = new ConcurrentHashMap<>();

    /** Checks the numbers. */
    public Words {
        checkArgument(tokens >= 3, "vocabulary must be at least 3 (padding, unknown, a word), got %s", tokens);
        checkArgument(minimumCount >= 1, "min-count must be at least 1, got %s", minimumCount);
    }

    /**
     * Cuts text into words at white space, in lower case.
     *
     * @param text any text
     * @return its words, in order
     */
    public static List<String> split(String text) {
        return Splitter.on(CharMatcher.whitespace()).omitEmptyStrings().splitToList(text.toLowerCase(Locale.ROOT));
    }

    /**
     * Returns the code of a word, which {@link #sentence} then knows.
     *
     * @param word one word, in lower case
     * @return a whole number in [1, 2⁵²)
     */
    public static double code(String word) {
        long hash = Hashing.sha256().hashString(word, StandardCharsets.UTF_8).asLong() & (CODES - 1);
        double code = Math.max(1, hash);
        KNOWN.putIfAbsent(code, word);
        return code;
    }

    /**
     * Returns the words of a row before normalisation.
     *
     * @param codes its features
     * @return its words with a blank between them; {@code ?} in the place of one that no row of this process had
     */
    public static String sentence(double[] codes) {
        StringBuilder text = new StringBuilder();
        for (double code : codes) {
            if (code != PADDING) {
                text.append(text.length() == 0 ? "" : " ").append(KNOWN.getOrDefault(code, "?"));
            }
        }
        return text.toString();
    }
}
