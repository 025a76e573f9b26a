package org.expunge.cli.report;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import org.expunge.cli.render.CurvePlot;
import org.expunge.cli.render.HtmlPage;
import org.expunge.cli.render.Numbers;
import org.expunge.cli.render.Table;
import org.expunge.cli.work.DefenseEvidence;
import org.expunge.cli.work.DefenseEvidence.Curve;
import org.expunge.cli.work.DefenseEvidence.Truth;
import org.expunge.cli.work.NamedManifest;

/** Draws how well inputs and rows were told apart, where a planted attack lets that be known. */
final class CurveSection {
    /** The control that knows the class and nothing else. */
    private static final String CLASS_PRIOR = "class prior";

    private CurveSection() {}

    static void append(HtmlPage page, DefenseEvidence evidence) {
        Truth truth = evidence.truth();
        page.section("Against what is known");
        if (truth == null) {
            page.paragraph("Nothing is known: no attack was planted here, so neither hits nor misses can be counted."
                    + " 'expunge attack' makes a drill of your own data.");
            return;
        }
        page.table(Table.of()
                .row("attack", truth.attack())
                .row(NamedManifest.TITLE, NamedManifest.source(truth.manifest()))
                .build());
        double rows = truth.adversarialRows() + truth.coverRows() + truth.cleanRows();
        double baseRate = truth.adversarialRows() / rows;
        Double prior = truth.classPrior();
        page.paragraph("Base rates: " + Numbers.decimal(baseRate) + " of all training rows are adversarial"
                + (prior == null ? "" : ", and " + Numbers.decimal(prior) + " of the rows of the target class")
                + ". A ranking at random has these for its AUPRC; AUROC looks well at such rates whatever happens, so"
                + " the curves of precision count.");
        Double ofInputs = evidence.tails().baseRate();
        if (ofInputs != null && !evidence.tails().curves().isEmpty()) {
            plots(page, "Attacked inputs among all inputs", evidence.tails().curves(), ofInputs);
        }
        for (DefenseEvidence.Cluster cluster : evidence.clusters()) {
            List<Curve> curves = new ArrayList<>();
            cluster.rankings().forEach(ranking -> {
                if (ranking.curve() != null) {
                    curves.add(ranking.curve());
                }
            });
            if (!curves.isEmpty()) {
                double chance = curves.stream()
                        .filter(curve -> curve.method().equals(CLASS_PRIOR))
                        .mapToDouble(Curve::averagePrecision)
                        .findFirst()
                        .orElse(prior == null ? baseRate : prior);
                plots(page, "Adversarial rows behind the cluster of " + cluster.label(), curves, chance);
            }
        }
    }

    private static void plots(HtmlPage page, String what, List<Curve> curves, double baseRate) {
        page.part(what);
        page.figure(
                new CurvePlot(
                                "Precision and recall: " + what,
                                "recall",
                                "precision",
                                CurvePlot.Shape.STEP,
                                new CurvePlot.Ends(baseRate, baseRate),
                                lines(curves, "AUPRC", Curve::averagePrecision, p -> point(p.recall(), p.precision())))
                        .svg(),
                "Precision against recall; by chance it is " + Numbers.decimal(baseRate) + ".");
        page.figure(
                new CurvePlot(
                                "ROC: " + what,
                                "false positive rate",
                                "true positive rate",
                                CurvePlot.Shape.STRAIGHT,
                                new CurvePlot.Ends(0, 1),
                                lines(curves, "AUROC", Curve::auroc, p -> point(p.falsePositiveRate(), p.recall())))
                        .svg(),
                "True against false positive rate.");
    }

    private static CurvePlot.Point point(double x, double y) {
        return new CurvePlot.Point(x, y);
    }

    private static List<CurvePlot.Line> lines(
            List<Curve> curves,
            String figure,
            ToDoubleFunction<Curve> area,
            Function<DefenseEvidence.Point, CurvePlot.Point> point) {
        return curves.stream()
                .limit(CurvePlot.MOST)
                .map(curve -> new CurvePlot.Line(
                        curve.method() + ", " + figure + " " + Numbers.decimal(area.applyAsDouble(curve)),
                        curve.points().stream().map(point).toList()))
                .toList();
    }
}
