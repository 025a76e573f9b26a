package org.expunge.defense.identify;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class ScarceLabelTest {
    private static final TargetAudit.Options OPTIONS = TargetAudit.Options.DEFAULT;
    private static final int CLASSES = 10;
    private static final double LEVEL = 0.01 / CLASSES;

    private static TargetAudit.LabelFinding label(int flagged, int inputs, int cleanFlagged, int cleanInputs) {
        double p = FisherExactTest.upperTail(flagged, inputs, cleanFlagged, cleanInputs);
        return new TargetAudit.LabelFinding(3, inputs, flagged, cleanInputs, cleanFlagged, p, p < LEVEL);
    }

    @Test
    void namesTheNumberOfHeldOutRowsAtWhichTheTestSpeaks() {
        ScarceLabel scarce =
                ScarceLabel.of(label(34, 70, 0, 3), OPTIONS, CLASSES).orElseThrow();

        // one of up to 20 held-out rows is flagged at 5 %
        assertThat(scarce).isEqualTo(new ScarceLabel(3, 70, 34, 3, 0, 17));
        assertThat(FisherExactTest.upperTail(34, 70, 1, 17)).isLessThan(LEVEL);
        assertThat(FisherExactTest.upperTail(34, 70, 1, 16)).isGreaterThan(LEVEL);
    }

    @Test
    void aFlagAmongFewHeldOutRowsIsNotTakenForTheirShare() {
        // 1 of 6 is 17 %, but by 20 rows more at 5 % 7.7 %: 16 of 70 exceed that
        ScarceLabel scarce =
                ScarceLabel.of(label(16, 70, 1, 6), OPTIONS, CLASSES).orElseThrow();

        int flagged = (int) Math.ceil(2 / 26.0 * scarce.needed());
        assertThat(FisherExactTest.upperTail(16, 70, flagged, scarce.needed())).isLessThan(LEVEL);
        assertThat(ScarceLabel.of(label(16, 70, 20, 120), OPTIONS, CLASSES)).isEmpty();
    }

    @Test
    void aClassWithoutAnyHeldOutRowsIsOne() {
        assertThat(ScarceLabel.of(label(20, 40, 0, 0), OPTIONS, CLASSES))
                .hasValueSatisfying(scarce -> assertThat(scarce.needed()).isBetween(5, 40));
    }

    @Test
    void moreRowsWouldNotHelpWhereInputsAreFlaggedAsCleanOnesAre() {
        assertThat(ScarceLabel.of(label(5, 70, 0, 3), OPTIONS, CLASSES)).isEmpty();
        assertThat(ScarceLabel.of(label(0, 70, 0, 0), OPTIONS, CLASSES)).isEmpty();
        assertThat(ScarceLabel.of(label(0, 0, 0, 0), OPTIONS, CLASSES)).isEmpty();
    }

    @Test
    void aClassThatStandsOutOrHasTooFewFlagsIsNone() {
        assertThat(ScarceLabel.of(label(34, 70, 1, 40), OPTIONS, CLASSES)).isEmpty();
        assertThat(ScarceLabel.of(label(4, 4, 0, 1), OPTIONS, CLASSES)).isEmpty();
    }

    @Test
    void findingsListSuchClasses() {
        TargetAudit.Findings findings = new TargetAudit.Findings(
                OPTIONS, 1, 20, List.of(), List.of(), List.of(label(5, 70, 0, 3), label(34, 70, 0, 3)));

        assertThat(findings.scarceLabels()).extracting(ScarceLabel::flagged).containsExactly(34);
    }
}
