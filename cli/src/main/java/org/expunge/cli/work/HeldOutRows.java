package org.expunge.cli.work;

import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.expunge.defense.identify.ScarceLabel;
import org.expunge.defense.identify.TargetAudit;
import org.expunge.influence.data.Dataset;

/** Says where an audit kept silent for want of held-out rows: its silence would be taken for a clean bill. */
final class HeldOutRows {
    private static final String ADVICE = "More rows are held out with 'expunge train --validation'.";

    private final Dataset train;
    private final TargetAudit.Findings findings;

    /**
     * Prepares.
     *
     * @param train rows of the run, for the names of classes
     * @param findings the audit
     */
    HeldOutRows(Dataset train, TargetAudit.Findings findings) {
        this.train = train;
        this.findings = findings;
    }

    /** Returns a sentence for each class that more held-out rows would have made stand out, and what to do. */
    List<String> ofFlags() {
        return advised(findings.scarceLabels().stream().map(this::sentence).toList());
    }

    /**
     * Returns the same, and a sentence on classes whose inputs were not tested for training rows that they share.
     *
     * @param leastTested inputs and held-out rows below which a class is not
     */
    List<String> ofFlagsAndSharedRows(int leastTested) {
        List<String> untested = findings.labels().stream()
                .filter(label -> !label.isSuspicious()
                        && label.inputs() >= leastTested
                        && label.calibrationInputs() < leastTested)
                .map(label -> RowEvidence.name(train, label.label()) + " (" + label.calibrationInputs() + ")")
                .toList();
        Stream<String> shared = untested.isEmpty()
                ? Stream.of()
                : Stream.of("Too few held-out rows are taken for " + String.join(", ", untested)
                        + " to test whether inputs share training rows: " + leastTested + " of a class are needed.");
        return advised(Stream.concat(findings.scarceLabels().stream().map(this::sentence), shared)
                .toList());
    }

    private static List<String> advised(List<String> sentences) {
        return sentences.isEmpty()
                ? sentences
                : Stream.concat(sentences.stream(), Stream.of(ADVICE)).toList();
    }

    private String sentence(ScarceLabel scarce) {
        return String.format(
                Locale.ROOT,
                "%d of %d inputs taken for %s are flagged, but only %d held-out rows are taken for it (%d flagged), too few"
                        + " to show that this is not by chance: about %d would have been enough.",
                scarce.flagged(),
                scarce.inputs(),
                RowEvidence.name(train, scarce.label()),
                scarce.calibrationInputs(),
                scarce.calibrationFlagged(),
                scarce.needed());
    }
}
