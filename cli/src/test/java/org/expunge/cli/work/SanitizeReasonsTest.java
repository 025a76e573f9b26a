package org.expunge.cli.work;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.expunge.defense.identify.TargetAudit;
import org.expunge.defense.sanitize.Confirmation;
import org.expunge.defense.sanitize.IncidentSanitizer;
import org.expunge.defense.sanitize.SanitizeResult;
import org.expunge.defense.sanitize.SanitizeRound;
import org.expunge.defense.sanitize.SanitizeVerdict;
import org.expunge.defense.sanitize.Sanitizer;
import org.expunge.influence.compute.Loss;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.data.Features;
import org.expunge.influence.data.Shape;
import org.expunge.influence.data.Targets;
import org.expunge.influence.network.Model;
import org.expunge.influence.network.Network;
import org.expunge.influence.network.layer.Dense;
import org.expunge.influence.training.TrainingResult;
import org.expunge.influence.training.TrainingState;
import org.junit.jupiter.api.Test;

final class SanitizeReasonsTest {
    private static final Dataset TRAIN = Dataset.of(
            "train", Shape.flat(1), Features.of(new double[] {1, 2}, 1), Targets.classes(new int[] {0, 1}, 2));

    private static List<String> reasons(Confirmation found) {
        return reasons(Sanitizer.Options.DEFAULT, round(1, 12, List.of(1), found));
    }

    private static SanitizeRound round(int label, int inputs, List<Integer> together, Confirmation found) {
        return new SanitizeRound(2, label, List.of(1 - label), List.of("a"), inputs, 0.01, together, found, List.of());
    }

    private static List<String> reasons(Sanitizer.Options options, SanitizeRound... rounds) {
        return reasons(options, List.of(), List.of(), rounds);
    }

    private static List<String> reasons(
            Sanitizer.Options options,
            List<SanitizeResult.Cap> caps,
            List<TargetAudit.LabelFinding> labels,
            SanitizeRound... rounds) {
        Network network =
                Network.builder(Shape.flat(1)).add("out", new Dense(2, false)).build(Loss.SOFTMAX_CROSS_ENTROPY);
        Model model = new Model(network, new double[2], new double[0]);
        TrainingResult training = new TrainingResult(
                model,
                List.of(),
                List.of(),
                new TrainingState(1, 1, 0, 0, model, List.of(), List.of(), List.of(), null));
        TargetAudit.Findings quiet =
                new TargetAudit.Findings(TargetAudit.Options.DEFAULT, 1, 0, List.of(), List.of(), labels);
        SanitizeResult result = new SanitizeResult(
                SanitizeVerdict.CAP_REACHED, caps, training, List.of(rounds), quiet, quiet, List.of(), 3);
        return new SanitizeReasons(TRAIN, result, options).all();
    }

    private static Confirmation found(double flips, double random, Confirmation.Limit limit, boolean confirmed) {
        return found(flips, 1, random, limit, confirmed);
    }

    private static Confirmation found(
            double flips, double rowFlips, double random, Confirmation.Limit limit, boolean confirmed) {
        return new Confirmation(List.of(), 9, flips, rowFlips, random, 0.1, 5, limit, confirmed, 3);
    }

    @Test
    void aConfirmedSetWithoutRoomNamesTheOptionThatMakesSome() {
        assertThat(reasons(found(0.8, 0, Confirmation.Limit.ROWS, true)))
                .containsExactly(
                        "Round 2, class 1, 12 inputs was confirmed, but its 9 rows find no room under the cap on"
                                + " removed rows, which other clusters share (5.0 % of all; --most-rows raises it).");
        assertThat(reasons(found(0.8, 0, Confirmation.Limit.ROWS_OF_LABEL, true))
                        .get(0))
                .contains("was confirmed, but", "--most-of-class raises it");
    }

    @Test
    void aCapThatKeptARoundFromBeingBegunNamesTheOptionThatRaisesIt() {
        Sanitizer.Options options = Sanitizer.Options.DEFAULT.withCaps(new Sanitizer.Caps(0.5, 1, 0.3, 4));

        assertThat(reasons(options, List.of(SanitizeResult.Cap.ROUNDS, SanitizeResult.Cap.ROWS), List.of()))
                .containsExactly(
                        "What was still suspected was not tried because of the cap on rounds (4; --most-rounds raises it).",
                        "What was still suspected was not tried because of the cap on removed rows (1 of 2; --most-rows"
                                + " raises it).");
        assertThat(reasons(options, List.of(SanitizeResult.Cap.JOINED_ROWS), List.of()))
                .containsExactly("What was still suspected was not tried because of the cap on removed rows of classes"
                        + " together (2 of 2; --most-joined raises it).");
    }

    @Test
    void aRemovedSetNeedsNoReason() {
        assertThat(reasons(found(0.8, 0, Confirmation.Limit.NONE, true))).isEmpty();
    }

    @Test
    void whatRefutedOrStoppedItIsSaid() {
        assertThat(reasons(found(0.8, 0.4, Confirmation.Limit.NONE, false)).get(0))
                .contains("was not confirmed: as many random rows flip 40.0 %");
        assertThat(reasons(found(0.8, 0.25, 0.1, Confirmation.Limit.NONE, false))
                        .get(0))
                .contains("was not confirmed: the model without the traced rows takes only 25.0 % of them for another");
        assertThat(reasons(found(0.8, 0.1, Confirmation.Limit.NONE, false)).get(0))
                .contains("was not confirmed: held-out rows of the class depend on the traced rows: 10.0 % more");
        assertThat(reasons(found(0.1, Double.NaN, Confirmation.Limit.SETS, false))
                        .get(0))
                .contains("the largest had 9 rows, and 10.0 % of the inputs flipped", "the few growing sets");
    }

    @Test
    void classesThatWereTriedTogetherHaveOneReason() {
        Confirmation found =
                new Confirmation(List.of(), 9, 0.2, 1, Double.NaN, Double.NaN, 0, Confirmation.Limit.ROWS, false, 3);
        List<Integer> both = List.of(0, 1);

        assertThat(reasons(Sanitizer.Options.DEFAULT, round(0, 3, both, found), round(1, 4, both, found)))
                .containsExactly(
                        "Round 2, class 0, class 1 together, 7 inputs: of the sets tried the largest had 9 rows, and"
                                + " 20.0 % of the inputs flipped; it ended there because of the cap on removed rows, which"
                                + " other clusters share (10.0 % of all for classes together; --most-joined raises it).",
                        "There were no held-out rows of class 0, class 1, which would have guarded honest rows.");
    }

    @Test
    void anIncidentIsNotSaidToBeRefutedByRowsThatItDoesNotAsk() {
        Confirmation missed = found(0.8, 0.25, 0.1, Confirmation.Limit.NONE, false);

        assertThat(reasons(IncidentSanitizer.adapted(Sanitizer.Options.DEFAULT), round(1, 1, List.of(1), missed))
                        .get(0))
                .contains("was not confirmed: held-out rows of the class depend on the traced rows");
    }

    @Test
    void anIncidentThatStayedWhereItWasIsSaidToHave() {
        Confirmation stayed = found(0.9, Double.NaN, Confirmation.Limit.SETS, false);

        assertThat(reasons(IncidentSanitizer.adapted(Sanitizer.Options.DEFAULT), round(1, 12, List.of(1), stayed))
                        .get(0))
                .contains(
                        "90.0 % of the inputs flipped, but not the incident itself, or not to its true label; it ended");
    }

    @Test
    void classesOfWhichTooFewRowsAreHeldOutAreNamed() {
        List<TargetAudit.LabelFinding> labels = List.of(
                new TargetAudit.LabelFinding(0, 70, 34, 3, 0, 0.15, false),
                new TargetAudit.LabelFinding(1, 70, 1, 10, 1, 0.9, false));

        assertThat(reasons(Sanitizer.Options.DEFAULT, List.of(), labels))
                .containsExactly(
                        "34 of 70 inputs taken for class 0 are flagged, but only 3 held-out rows are taken for it (0 flagged),"
                                + " too few to show that this is not by chance: about 13 would have been enough.",
                        "Too few held-out rows are taken for class 0 (3) to test whether inputs share training rows: 10 of a"
                                + " class are needed.",
                        "More rows are held out with 'expunge train --validation'.");
    }
}
