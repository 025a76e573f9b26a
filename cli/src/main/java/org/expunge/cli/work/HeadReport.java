package org.expunge.cli.work;

import java.util.Map;
import java.util.TreeMap;
import org.expunge.cli.render.Document;
import org.expunge.cli.render.ExitCodes;
import org.expunge.cli.render.Numbers;
import org.expunge.cli.render.Result;
import org.expunge.cli.render.Table;
import org.expunge.influence.training.Metrics;
import org.expunge.unlearning.Guarantee;
import org.expunge.unlearning.certified.Certificate;
import org.expunge.unlearning.certified.CertifiedRun;
import org.expunge.unlearning.certified.HeadOptions;

/**
 * A run with a certified head in brief.
 *
 * @param did what was done, in one word
 * @param run the directory
 * @param certificate what is claimed
 * @param metrics rows, loss and accuracy of each part, by the published head
 */
public record HeadReport(String did, String run, Certificate certificate, Map<String, Metrics> metrics)
        implements Result {

    /** Describes a run. */
    public static HeadReport of(String did, CertifiedRun run) {
        return new HeadReport(
                did,
                run.run().path().toString(),
                run.certificate(),
                new TreeMap<>(run.run().metrics().last()));
    }

    @Override
    public int exitCode() {
        return certificate.guarantee() == Guarantee.CERTIFIED ? ExitCodes.OK : ExitCodes.GATE_MISSED;
    }

    @Override
    public Document document() {
        Document.Builder document =
                Document.titled(did + " " + run).paragraph(certificate.claim()).table(facts(certificate));
        Table.Builder parts = Table.of("part", "rows", "loss", "accuracy");
        metrics.forEach((part, figures) -> {
            Double accuracy = figures.accuracy();
            parts.row(
                    part,
                    figures.rows(),
                    Numbers.decimal(figures.loss()),
                    accuracy == null ? "-" : Numbers.percent(accuracy));
        });
        document.heading("Figures of the published head").table(parts.build()).heading("What the claim needs");
        certificate.assumptions().forEach(document::paragraph);
        return document.build();
    }

    private static Table facts(Certificate certificate) {
        HeadOptions options = certificate.options();
        return Table.of()
                .row("guarantee", certificate.guarantee())
                .row("trunk", certificate.trunk().text())
                .row("mechanism", options.mechanism() + ", " + options.kind() + ", lambda " + options.lambda())
                .row("noise", options.noise())
                .row("budget", Numbers.decimal(certificate.budget()) + " of the gradient's norm")
                .row("used", Numbers.decimal(certificate.used()))
                .row(
                        "distance",
                        Numbers.decimal(certificate.distance()) + " from the exact minimiser at most, without noise")
                .row(
                        "rows",
                        certificate.rows() + " of " + certificate.width() + " numbers, " + certificate.vectors()
                                + " vectors")
                .build();
    }
}
