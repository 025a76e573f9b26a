package org.expunge.unlearning.request;

import static com.google.common.base.Preconditions.checkArgument;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.stream.IntStream;
import org.expunge.influence.data.Dataset;

/**
 * Finds rows that are like requested ones, by what is in them and by what the run's model makes of them.
 *
 * <p>Near-duplicates ({@link NearDuplicates}) come with the cosine of the angle between the model's features of the
 * pair. Rows that lie farther apart but point in the same direction there are found as well: copies that were turned,
 * cropped or rewritten, and rows that the model merely takes for the same. They are for a person to look at, as the
 * model's features cannot tell these two kinds apart.
 *
 * <p><b>Accuracy.</b> Every pair is compared. Where a network ends in few classes and fits them well, features of many
 * rows of a class point the same way, and a large cosine says little.
 *
 * <p><b>Cost.</b> One pass of every row through the model, then {@code n · m} comparisons as for near-duplicates. Holds
 * the features of the requested rows and of {@value #CHUNK} others.
 */
public final class LikeRows {
    private static final int CHUNK = 4096;

    /**
     * What counts as like.
     *
     * @param near what counts as near
     * @param leastCosine smallest cosine, in (0.5, 1]
     * @param listed most rows that are listed for their cosine alone, at least 1
     */
    public record Options(NearDuplicates.Options near, double leastCosine, int listed) {
        /**
         * Near as for near-duplicates; the same direction to 11 degrees, which distinct images hardly reach; a hundred
         * rows.
         */
        public static final Options DEFAULT = new Options(NearDuplicates.Options.DEFAULT, 0.98, 100);

        /** Checks the ranges. */
        public Options {
            checkArgument(
                    leastCosine > 0.5 && leastCosine <= 1, "leastCosine must be in (0.5, 1], got %s", leastCosine);
            checkArgument(listed >= 1, "listed must be at least 1, got %s", listed);
        }

        /** Returns the same with other thresholds. */
        public Options with(double nearThreshold, double cosine) {
            return new Options(near.withThreshold(nearThreshold), cosine, listed);
        }
    }

    /**
     * What was found.
     *
     * @param near near-duplicates, nearest first
     * @param alike rows that are not near but alike to the model, most alike first, ties in the order of the rows; not
     *     more than are to be listed
     * @param alikeCount how many of those there are
     */
    public record Found(List<LikeRow> near, List<LikeRow> alike, int alikeCount) {
        /** Copies the lists. */
        public Found {
            near = List.copyOf(near);
            alike = List.copyOf(alike);
        }
    }

    private record Place(int part, int row) {}

    private record Alike(Place place, int of, double cosine) {}

    private final Options options;

    /** Makes a search. */
    public LikeRows(Options options) {
        this.options = options;
    }

    /**
     * Finds the rows.
     *
     * @param parts parts of one data set, normalised alike
     * @param requested ids of requested rows
     * @param features what the model makes of the rows of these parts
     */
    public Found find(List<Dataset> parts, Set<String> requested, RowFeatures features) {
        List<Place> wanted = new ArrayList<>();
        List<double[]> directions = new ArrayList<>();
        for (int part = 0; part < parts.size(); part++) {
            Dataset data = parts.get(part);
            int[] rows = IntStream.range(0, data.size())
                    .filter(row -> requested.contains(data.id(row)))
                    .toArray();
            directions.addAll(directions(features, part, rows));
            for (int row : rows) {
                wanted.add(new Place(part, row));
            }
        }
        if (wanted.isEmpty()) {
            return new Found(List.of(), List.of(), 0);
        }
        return new Search(parts, wanted, directions, features).find(requested);
    }

    private static List<double[]> directions(RowFeatures features, int part, int[] rows) {
        return rows.length == 0
                ? List.of()
                : Arrays.stream(features.of(part, rows)).map(LikeRows::unit).toList();
    }

    /** Returns the vector at length 1; nothing stays nothing. */
    static double[] unit(double[] vector) {
        double length =
                Math.sqrt(Arrays.stream(vector).map(value -> value * value).sum());
        return length == 0
                ? vector
                : Arrays.stream(vector).map(value -> value / length).toArray();
    }

    /** Exactly 1 for equal directions; no direction is like no other but itself. */
    private static double cosine(double[] a, double[] b) {
        double distance = PointSearch.distance(a, b);
        return isNothing(a) == isNothing(b) ? 1 - distance * distance / 2 : 0;
    }

    private static boolean isNothing(double[] vector) {
        return Arrays.stream(vector).allMatch(value -> value == 0);
    }

    /** The requested rows, with what the model makes of them. */
    private final class Search {
        private final List<Dataset> parts;
        private final List<Place> wanted;
        private final List<double[]> directions;
        private final RowFeatures features;
        private final NearDuplicates duplicates = new NearDuplicates(options.near());

        Search(List<Dataset> parts, List<Place> wanted, List<double[]> directions, RowFeatures features) {
            this.parts = parts;
            this.wanted = wanted;
            this.directions = directions;
            this.features = features;
        }

        Found find(Set<String> requested) {
            List<NearDuplicates.Near> near = duplicates.find(parts, requested);
            Map<String, double[]> nearest = new HashMap<>();
            Map<String, double[]> byId = new HashMap<>();
            for (int i = 0; i < wanted.size(); i++) {
                byId.put(id(wanted.get(i)), directions.get(i));
            }
            near.forEach(row -> nearest.put(row.id(), byId.get(row.of())));
            Map<String, Double> cosines = new HashMap<>();
            List<Alike> alike = new ArrayList<>();
            PointSearch search = new PointSearch(
                    directions.toArray(double[][]::new), pivots(), Math.sqrt(2 - 2 * options.leastCosine()));
            compare(requested, (place, direction) -> {
                double[] to = nearest.get(id(place));
                if (to == null) {
                    alike(search, place, direction).ifPresent(alike::add);
                } else {
                    cosines.put(id(place), cosine(to, direction));
                }
            });
            alike.sort(Comparator.comparingDouble(row -> -row.cosine()));
            return new Found(
                    near.stream()
                            .map(row -> new LikeRow(
                                    row.id(), row.of(), row.distance(), Objects.requireNonNull(cosines.get(row.id()))))
                            .toList(),
                    listed(alike),
                    alike.size());
        }

        /** Goes through all other rows, a chunk at a time. */
        private void compare(Set<String> requested, BiConsumer<Place, double[]> each) {
            for (int part = 0; part < parts.size(); part++) {
                Dataset data = parts.get(part);
                int[] others = IntStream.range(0, data.size())
                        .filter(row -> !requested.contains(data.id(row)))
                        .toArray();
                for (int from = 0; from < others.length; from += CHUNK) {
                    int[] rows = Arrays.copyOfRange(others, from, Math.min(others.length, from + CHUNK));
                    List<double[]> found = directions(features, part, rows);
                    for (int i = 0; i < rows.length; i++) {
                        each.accept(new Place(part, rows[i]), found.get(i));
                    }
                }
            }
        }

        private Optional<Alike> alike(PointSearch search, Place place, double[] direction) {
            return search.nearest(direction)
                    .map(hit -> new Alike(place, hit.at(), cosine(directions.get(hit.at()), direction)));
        }

        private double[][] pivots() {
            int[] rows = new Random(options.near().seed())
                    .ints(NearDuplicates.PIVOTS, 0, parts.get(0).size())
                    .distinct()
                    .toArray();
            return directions(features, 0, rows).toArray(double[][]::new);
        }

        private List<LikeRow> listed(List<Alike> alike) {
            double unit = duplicates.unit(parts.get(0));
            return alike.stream()
                    .limit(options.listed())
                    .map(row -> {
                        Place of = wanted.get(row.of());
                        double distance = PointSearch.distance(values(of), values(row.place()));
                        return new LikeRow(id(row.place()), id(of), unit == 0 ? 0 : distance / unit, row.cosine());
                    })
                    .toList();
        }

        private String id(Place place) {
            return parts.get(place.part()).id(place.row());
        }

        private double[] values(Place place) {
            return parts.get(place.part()).row(place.row());
        }
    }
}
