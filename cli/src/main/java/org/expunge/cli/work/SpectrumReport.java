package org.expunge.cli.work;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import java.util.Locale;
import org.expunge.cli.render.BarChart;
import org.expunge.cli.render.Document;
import org.expunge.cli.render.Numbers;
import org.expunge.cli.render.Result;
import org.expunge.cli.render.Table;
import org.expunge.influence.curvature.spectrum.Spectrum;
import org.jspecify.annotations.Nullable;

/**
 * The eigenvalues of a run's curvature, in loss per squared parameter of the mean loss.
 *
 * @param run the run
 * @param operator which curvature
 * @param rows training rows that it is of
 * @param steps most Lanczos steps a probe
 * @param seed what decided rows and probes
 * @param spectrum what was found
 * @param sizes how many eigenvalues there are of each size
 * @param bulkEdge where a semicircle with the bulk's mean and variance ends
 * @param noiseEdge where eigenvalues drown in the noise that so many rows leave; null for one row
 * @param trainingLengthDamping what the length of the training says about damping; null if it is not known
 * @param out the folder written, or null
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record SpectrumReport(
        String run,
        String operator,
        int rows,
        int steps,
        long seed,
        Spectrum spectrum,
        List<Spectrum.Range> sizes,
        double bulkEdge,
        @Nullable Double noiseEdge,
        @Nullable Double trainingLengthDamping,
        @Nullable String out)
        implements Result {
    /** Copies the list. */
    public SpectrumReport {
        sizes = List.copyOf(sizes);
    }

    /** Returns the sizes as a picture. */
    public BarChart chart() {
        return new BarChart(
                "Eigenvalues of the " + operator + " of " + rows + " rows, by size (heights are logarithms of counts)",
                sizes.stream()
                        .map(range -> new BarChart.Bar(label(range), range.count()))
                        .toList());
    }

    @Override
    public Document document() {
        Table.Builder facts = Table.of()
                .row("parameters", spectrum.dimension())
                .row("probes", spectrum.probes() + " of " + steps + " steps, seed " + seed)
                .row("trace", number(spectrum.trace()) + " ± " + number(spectrum.traceError()))
                .row("negative", Numbers.percent(spectrum.negativeShare()) + " of the eigenvalues")
                .row(
                        "bulk ends at",
                        number(bulkEdge) + ", if it were a semicircle; about " + count(spectrum.above(bulkEdge))
                                + " above");
        if (noiseEdge != null) {
            facts.row(
                    "noise ends at",
                    number(noiseEdge) + ", for so many rows; about " + count(spectrum.above(noiseEdge)) + " above");
        }
        if (trainingLengthDamping != null) {
            facts.row("damping by training length", number(trainingLengthDamping));
        }
        if (out != null) {
            facts.row("written to", out);
        }
        return Document.titled("Spectrum of the " + operator + " of " + run + " over " + rows + " rows")
                .table(facts.build())
                .heading("Outermost eigenvalues, each with one of the matrix within its residual")
                .table(outermost())
                .heading("How many there are of each size")
                .table(counts())
                .build();
    }

    private Table outermost() {
        Table.Builder table = Table.of("rank", "largest", "residual", "smallest", "residual");
        for (int i = 0; i < spectrum.largest().size(); i++) {
            Spectrum.Ritz large = spectrum.largest().get(i);
            Spectrum.Ritz small = spectrum.smallest().get(i);
            table.row(
                    i + 1,
                    number(large.value()),
                    number(large.residual()),
                    number(small.value()),
                    number(small.residual()));
        }
        return table.build();
    }

    private Table counts() {
        Table.Builder table = Table.of("from", "to", "eigenvalues");
        for (Spectrum.Range range : sizes) {
            if (range.count() > 0) {
                table.row(number(range.from()), number(range.to()), count(range.count()));
            }
        }
        return table.build();
    }

    /** The end that is farther from 0, or what is nearer to 0 than all others. */
    private static String label(Spectrum.Range range) {
        if (range.from() < 0 && range.to() > 0) {
            return "near 0";
        }
        return range.from() < 0
                ? "> " + String.format(Locale.ROOT, "%.0e", range.from())
                : "< " + String.format(Locale.ROOT, "%.0e", range.to());
    }

    private static String number(double value) {
        return String.format(Locale.ROOT, "%.4g", value);
    }

    private static String count(double value) {
        return String.format(Locale.ROOT, value < 10 ? "%.1f" : "%.0f", value);
    }
}
