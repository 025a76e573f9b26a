package org.expunge.cli.work;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.expunge.cli.render.Numbers;
import org.expunge.defense.trace.RowContrast;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.data.TableLayout;
import org.expunge.influence.data.Words;

/** Names what rows hold that are no images: columns of tables and words of texts. */
public final class RowTraits {
    /** Traits that are named. */
    private static final int NAMED = 8;

    /** Share of the rows, above that of others of their class, from which on a word sets them apart. */
    private static final double LEAST_EXCESS = 0.5;

    private final Dataset raw;

    /**
     * Looks at rows.
     *
     * @param raw rows before normalisation
     */
    public RowTraits(Dataset raw) {
        this.raw = raw;
    }

    /**
     * Names what sets rows apart from the others of their class, strongest first: words that most of them hold, or
     * columns, without their values.
     *
     * @param contrast of the rows
     * @param rows the rows
     * @param label their class
     */
    List<String> of(RowContrast contrast, int[] rows, int label) {
        if (raw.words().isPresent()) {
            return words(rows, label);
        }
        List<String> columns = columns(false);
        return Arrays.stream(contrast.foremost(raw.shape().length()))
                .mapToObj(columns::get)
                .distinct()
                .limit(NAMED)
                .toList();
    }

    private List<String> words(int[] rows, int label) {
        boolean[] isOurs = new boolean[raw.size()];
        Arrays.stream(rows).forEach(row -> isOurs[row] = true);
        int[] others = IntStream.range(0, raw.size())
                .filter(row -> !isOurs[row] && raw.label(row) == label)
                .toArray();
        Map<String, Double> elsewhere = shares(others);
        Map<String, Double> excess = shares(rows);
        excess.replaceAll((word, share) -> share - elsewhere.getOrDefault(word, 0.0));
        return excess.entrySet().stream()
                .filter(entry -> entry.getValue() >= LEAST_EXCESS)
                .sorted(Comparator.<Map.Entry<String, Double>>comparingDouble(entry -> -entry.getValue())
                        .thenComparing(Map.Entry::getKey))
                .limit(NAMED)
                .map(entry -> "the word '" + entry.getKey() + "'")
                .toList();
    }

    private Map<String, Double> shares(int[] rows) {
        Map<String, Double> shares = new HashMap<>();
        for (int row : rows) {
            new TreeSet<>(Words.split(Words.sentence(raw.row(row))))
                    .forEach(word -> shares.merge(word, 1.0 / rows.length, Double::sum));
        }
        return shares;
    }

    /** Returns a name for each feature; those of one column share it unless categories are named too. */
    private List<String> columns(boolean namesCategories) {
        List<String> names = new ArrayList<>();
        for (TableLayout.Column column : raw.layout().map(TableLayout::features).orElse(List.of())) {
            List<String> categories = column.categories();
            if (categories == null) {
                names.add(column.name());
            } else if (namesCategories) {
                categories.forEach(category -> names.add(column.name() + " = " + category));
            } else {
                names.addAll(Collections.nCopies(categories.size(), column.name()));
            }
        }
        int width = raw.shape().length();
        return names.size() == width
                ? names
                : IntStream.range(0, width).mapToObj(j -> "feature " + j).toList();
    }

    /**
     * Says what a row holds: its words, or the values that are not zero with their names.
     *
     * @param row its index
     * @return words or figures; may be personal data
     */
    public String values(int row) {
        double[] values = raw.row(row);
        if (raw.words().isPresent()) {
            return Words.sentence(values);
        }
        List<String> names = columns(true);
        return IntStream.range(0, values.length)
                .filter(j -> values[j] != 0)
                .mapToObj(j -> names.get(j) + ": " + Numbers.decimal(values[j]))
                .collect(Collectors.joining(", "));
    }
}
