package org.expunge.influence.curvature.spectrum;

import static com.google.common.base.Preconditions.checkArgument;

import java.util.ArrayList;
import java.util.List;

/**
 * What stochastic Lanczos quadrature found of the eigenvalues of a {@code p × p} matrix.
 *
 * @param dimension p
 * @param probes random vectors used
 * @param products products with the matrix spent
 * @param trace of the matrix
 * @param traceError standard error of the trace over probes; infinite with one probe
 * @param largest Ritz values of the first probe, descending
 * @param smallest Ritz values of the first probe, ascending
 * @param nodes of all probes, ascending; their weights sum to 1
 */
public record Spectrum(
        int dimension,
        int probes,
        int products,
        double trace,
        double traceError,
        List<Ritz> largest,
        List<Ritz> smallest,
        List<Node> nodes) {
    /** Decades below the largest eigenvalue that {@link #decades} tells apart; float32 products know no more. */
    private static final int DECADES = 6;

    private static final int MOST_TRIMS = 100;

    /** Copies the lists. */
    public Spectrum {
        largest = List.copyOf(largest);
        smallest = List.copyOf(smallest);
        nodes = List.copyOf(nodes);
        checkArgument(!nodes.isEmpty(), "a spectrum needs a node");
    }

    /**
     * An approximate eigenvalue.
     *
     * @param value θ
     * @param weight ω of its probe
     * @param residual {@code ‖A u − θ u‖} for its unit Ritz vector u: an eigenvalue of A is at most this far away
     */
    public record Ritz(double value, double weight, double residual) {}

    /**
     * A share of the eigenvalues.
     *
     * @param value where
     * @param weight how many of the p, as a share
     */
    public record Node(double value, double weight) {}

    /**
     * Eigenvalues in a range.
     *
     * @param from its lower end, included
     * @param to its upper end, not included but for the last range
     * @param count how many of the p, an estimate
     */
    public record Range(double from, double to, double count) {}

    /** Returns {@code tr(Aᵏ) / p}, exact in expectation over probes while {@code k ≤ 2m − 1}. */
    public double moment(int k) {
        return nodes.stream()
                .mapToDouble(node -> node.weight() * Math.pow(node.value(), k))
                .sum();
    }

    /** Returns the share of eigenvalues below 0, by more than rounding of the largest. */
    public double negativeShare() {
        double floor = -scale() * Math.pow(10, -DECADES);
        return nodes.stream()
                .filter(node -> node.value() < floor)
                .mapToDouble(Node::weight)
                .sum();
    }

    /**
     * Returns the density of eigenvalues, smoothed by a normal curve.
     *
     * @param at where
     * @param width standard deviation of the curve, above 0
     * @return share of the eigenvalues a unit of eigenvalue; its integral is 1
     */
    public double density(double at, double width) {
        checkArgument(width > 0, "width must be above 0, got %s", width);
        return nodes.stream()
                .mapToDouble(node -> {
                    double z = (at - node.value()) / width;
                    return node.weight() * Math.exp(-z * z / 2) / (width * Math.sqrt(2 * Math.PI));
                })
                .sum();
    }

    /**
     * Returns the upper edge of the bulk, where a semicircle of the bulk's own mean and variance would end: two
     * standard deviations above the mean, with what lies outside taken out until nothing does. Exact for a semicircle
     * with few outliers; for other bulks, which have tails, a heuristic that errs to the low side.
     */
    public double bulkEdge() {
        double from = Double.NEGATIVE_INFINITY;
        double to = Double.POSITIVE_INFINITY;
        for (int trim = 0; trim < MOST_TRIMS; trim++) {
            double lower = from;
            double upper = to;
            List<Node> kept = nodes.stream()
                    .filter(node -> node.value() >= lower && node.value() <= upper)
                    .toList();
            double mass = kept.stream().mapToDouble(Node::weight).sum();
            double mean = kept.stream().mapToDouble(n -> n.weight() * n.value()).sum() / mass;
            double variance = kept.stream()
                            .mapToDouble(n -> n.weight() * (n.value() - mean) * (n.value() - mean))
                            .sum()
                    / mass;
            double radius = 2 * Math.sqrt(variance);
            if (mean - radius <= from && mean + radius >= to) {
                return to;
            }
            from = Math.max(from, mean - radius);
            to = Math.min(to, mean + radius);
        }
        return to;
    }

    /** Returns about how many of the p eigenvalues lie above a number. */
    public double above(double value) {
        return dimension
                * nodes.stream()
                        .filter(node -> node.value() > value)
                        .mapToDouble(Node::weight)
                        .sum();
    }

    /**
     * Counts eigenvalues by size, in powers of ten on either side of 0.
     *
     * @return ranges in ascending order that cover all; those within a millionth of the largest size are one range
     */
    public List<Range> decades() {
        double top = Math.pow(10, Math.ceil(Math.log10(scale())));
        List<Double> ends = new ArrayList<>();
        for (int k = 0; k <= DECADES; k++) {
            ends.add(-top / Math.pow(10, k));
        }
        for (int k = DECADES; k >= 0; k--) {
            ends.add(top / Math.pow(10, k));
        }
        List<Range> ranges = new ArrayList<>();
        for (int i = 0; i + 1 < ends.size(); i++) {
            double from = ends.get(i);
            double to = ends.get(i + 1);
            boolean isLast = i + 2 == ends.size();
            double share = nodes.stream()
                    .filter(n -> n.value() >= from && (n.value() < to || isLast))
                    .mapToDouble(Node::weight)
                    .sum();
            ranges.add(new Range(from, to, dimension * share));
        }
        return ranges;
    }

    /** The largest size of an eigenvalue; a matrix of zeros counts as 1. */
    private double scale() {
        double largestSize = Math.max(
                Math.abs(nodes.get(0).value()),
                Math.abs(nodes.get(nodes.size() - 1).value()));
        return largestSize > 0 ? largestSize : 1;
    }
}
