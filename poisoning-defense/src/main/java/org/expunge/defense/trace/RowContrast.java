package org.expunge.defense.trace;

import static com.google.common.base.Preconditions.checkArgument;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.data.Shape;

/**
 * What sets some rows apart from the others of their class: for each feature, how far its means differ in units of its
 * spread. A trigger that the rows share stands out; of rows that differ from others in no common way nothing does.
 *
 * <p><b>Cost.</b> Reads the rows of the class once.
 *
 * <p><b>Source.</b> Ours; the two-sample contrast of "significance analysis", with its constant that keeps features
 * that hardly vary from ruling (V. Tusher, R. Tibshirani, G. Chu, PNAS 98, 2001).
 *
 * @param shape of a row
 * @param contrasts one number a feature; positive where the rows are larger
 */
public record RowContrast(Shape shape, List<Double> contrasts) {
    /** Share of the largest contrast from which on a pixel belongs to a region. */
    private static final double EDGE = 0.5;

    /** Share of an image from which on a region is no part of it any more. */
    private static final double MOST_AREA = 0.35;

    /** Contrast below which nothing is said. */
    private static final double LEAST = 1;

    /** Share of the typical spread that is added to each feature's. */
    private static final double CONSTANT = 0.25;

    /** Checks the length and copies the list. */
    public RowContrast {
        contrasts = List.copyOf(contrasts);
        checkArgument(
                contrasts.size() == shape.length(), "%s contrasts do not match a row of %s", contrasts.size(), shape);
    }

    /**
     * A part of an image.
     *
     * @param top first row of pixels, from 0
     * @param left first column of pixels, from 0
     * @param height rows of pixels
     * @param width columns of pixels
     */
    public record Region(int top, int left, int height, int width) {}

    /**
     * Compares rows with the others of their class.
     *
     * @param train training rows
     * @param rows some of them, at least 1
     * @param label the class whose other rows they are compared with, at least 1
     * @return the contrast
     */
    public static RowContrast of(Dataset train, int[] rows, int label) {
        checkArgument(rows.length >= 1, "there are no rows to compare");
        boolean[] isOurs = new boolean[train.size()];
        Arrays.stream(rows).forEach(row -> isOurs[row] = true);
        int[] others = IntStream.range(0, train.size())
                .filter(i -> !isOurs[i] && train.label(i) == label)
                .toArray();
        checkArgument(others.length >= 1, "class %s has no other rows to compare with", label);
        double[][] ours = moments(train, rows);
        double[][] theirs = moments(train, others);
        int width = train.shape().length();
        double[] spread = IntStream.range(0, width)
                .mapToDouble(j -> Math.sqrt((ours[1][j] + theirs[1][j]) / 2))
                .toArray();
        double constant = CONSTANT
                * Math.sqrt(Arrays.stream(spread).map(s -> s * s).average().orElse(0));
        return new RowContrast(
                train.shape(),
                IntStream.range(0, width)
                        .mapToObj(j -> quotient(ours[0][j] - theirs[0][j], spread[j] + constant))
                        .toList());
    }

    private static double quotient(double difference, double scale) {
        return difference == 0 ? 0 : difference / Math.max(scale, Double.MIN_NORMAL);
    }

    /** Returns means and variances. */
    private static double[][] moments(Dataset train, int[] rows) {
        double[] row = new double[train.shape().length()];
        double[][] moments = new double[2][row.length];
        for (int i = 0; i < rows.length; i++) {
            train.features().read(rows[i], row, 0);
            for (int j = 0; j < row.length; j++) {
                double step = row[j] - moments[0][j];
                moments[0][j] += step / (i + 1);
                moments[1][j] += step * (row[j] - moments[0][j]);
            }
        }
        for (int j = 0; j < row.length; j++) {
            moments[1][j] /= rows.length;
        }
        return moments;
    }

    /**
     * Returns the features that differ most.
     *
     * @param most how many at most
     * @return their indices, strongest first, ties by index; only such as differ by a spread or more
     */
    public int[] foremost(int most) {
        return IntStream.range(0, contrasts.size())
                .filter(j -> Math.abs(contrasts.get(j)) >= LEAST)
                .boxed()
                .sorted(Comparator.<Integer>comparingDouble(j -> -Math.abs(contrasts.get(j)))
                        .thenComparingInt(j -> j))
                .limit(most)
                .mapToInt(Integer::intValue)
                .toArray();
    }

    /**
     * Returns the part of an image that differs most: the connected pixels of at least half the largest contrast that
     * together have most of it.
     *
     * @return a rectangle around them; empty if rows are no images, if nothing differs by a spread, or if the rectangle
     *     would be no small part of the image
     */
    public Optional<Region> region() {
        if (shape.isFlat()) {
            return Optional.empty();
        }
        double[] pixels = pixels();
        double largest = DoubleStream.of(pixels).max().orElse(0);
        if (largest < LEAST) {
            return Optional.empty();
        }
        boolean[] isSeen = new boolean[pixels.length];
        Region best = new Region(0, 0, shape.height(), shape.width());
        double most = 0;
        for (int i = 0; i < pixels.length; i++) {
            if (!isSeen[i] && pixels[i] >= EDGE * largest) {
                Part part = new Part(pixels, EDGE * largest, isSeen);
                part.grow(i);
                if (part.sum > most) {
                    most = part.sum;
                    best = part.region();
                }
            }
        }
        boolean isSmall = best.height() * best.width() <= MOST_AREA * shape.height() * shape.width();
        return isSmall ? Optional.of(best) : Optional.empty();
    }

    /** Returns the root mean square over channels. */
    private double[] pixels() {
        int area = shape.height() * shape.width();
        double[] pixels = new double[area];
        for (int j = 0; j < contrasts.size(); j++) {
            pixels[j % area] += contrasts.get(j) * contrasts.get(j) / shape.channels();
        }
        return Arrays.stream(pixels).map(Math::sqrt).toArray();
    }

    /** Pixels that touch by their sides. */
    private final class Part {
        private final double[] pixels;
        private final double edge;
        private final boolean[] isSeen;
        private int top = Integer.MAX_VALUE;
        private int left = Integer.MAX_VALUE;
        private int bottom = -1;
        private int right = -1;
        private double sum;

        Part(double[] pixels, double edge, boolean[] isSeen) {
            this.pixels = pixels;
            this.edge = edge;
            this.isSeen = isSeen;
        }

        void grow(int start) {
            Deque<Integer> open = new ArrayDeque<>();
            visit(start / shape.width(), start % shape.width(), open);
            while (!open.isEmpty()) {
                int i = open.remove();
                int y = i / shape.width();
                int x = i % shape.width();
                top = Math.min(top, y);
                bottom = Math.max(bottom, y);
                left = Math.min(left, x);
                right = Math.max(right, x);
                sum += pixels[i];
                visit(y - 1, x, open);
                visit(y + 1, x, open);
                visit(y, x - 1, open);
                visit(y, x + 1, open);
            }
        }

        private void visit(int y, int x, Deque<Integer> open) {
            boolean isInside = y >= 0 && y < shape.height() && x >= 0 && x < shape.width();
            int i = y * shape.width() + x;
            if (isInside && !isSeen[i] && pixels[i] >= edge) {
                isSeen[i] = true;
                open.add(i);
            }
        }

        Region region() {
            return new Region(top, left, bottom - top + 1, right - left + 1);
        }
    }
}
