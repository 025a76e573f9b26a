package org.expunge.cli.report;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import javax.imageio.ImageIO;
import org.expunge.cli.render.PngImage;
import org.expunge.cli.work.DefenseEvidence;
import org.expunge.cli.work.DefenseEvidence.ClassEffect;
import org.expunge.cli.work.DefenseEvidence.Cluster;
import org.expunge.cli.work.DefenseEvidence.Curve;
import org.expunge.cli.work.DefenseEvidence.EvidenceRow;
import org.expunge.cli.work.DefenseEvidence.Point;
import org.expunge.cli.work.DefenseEvidence.Ranking;
import org.expunge.cli.work.DefenseEvidence.Round;
import org.expunge.cli.work.DefenseEvidence.Setting;
import org.expunge.cli.work.DefenseEvidence.Subject;
import org.expunge.cli.work.DefenseEvidence.Tails;
import org.expunge.cli.work.DefenseEvidence.Truth;
import org.expunge.cli.work.EvidencePicture;
import org.expunge.defense.sanitize.SanitizeVerdict;
import org.expunge.influence.data.Shape;
import org.jspecify.annotations.Nullable;

/** Evidence as a sanitizing of small images leaves it, with numbers made up. */
public final class SampleEvidence {
    private static final int PIXELS = 8;

    private SampleEvidence() {}

    /** Returns evidence of a drill that ended as given, its attack succeeding before as often as given. */
    public static DefenseEvidence drill(SanitizeVerdict verdict, double success) {
        return evidence(verdict, List.of("one"), truth(success), true);
    }

    /** Returns evidence on data of which nothing is known. */
    public static DefenseEvidence unknown(SanitizeVerdict verdict, List<String> runnerUps) {
        return evidence(verdict, runnerUps, null, true);
    }

    /** Returns evidence on a table. */
    public static DefenseEvidence table(String run) {
        DefenseEvidence sample = evidence(SanitizeVerdict.SANITIZED, List.of("one"), null, false);
        return new DefenseEvidence(
                new Subject(run, run, "csv:people.csv", 1000, 300),
                sample.verdict(),
                sample.removedIds(),
                sample.accuracyBefore(),
                sample.accuracyAfter(),
                sample.accuracyRetrained(),
                sample.classes(),
                sample.tails(),
                sample.clusters(),
                sample.rounds(),
                sample.stillSuspicious(),
                null,
                sample.setting());
    }

    /** Returns the same, found from one prediction. */
    public static DefenseEvidence incident(DefenseEvidence sample) {
        Cluster cluster = sample.clusters().get(0);
        Cluster single = new Cluster(
                cluster.label(), cluster.runnerUps(), List.of(), 1, 0.03, 500, cluster.foremost(), cluster.rankings());
        return new DefenseEvidence(
                sample.subject(),
                sample.verdict(),
                sample.removedIds(),
                sample.accuracyBefore(),
                sample.accuracyAfter(),
                sample.accuracyRetrained(),
                sample.classes(),
                sample.tails(),
                List.of(single),
                sample.rounds(),
                sample.stillSuspicious(),
                sample.truth(),
                new Setting(
                        Map.of("incident", "attack:0", "trueLabel", "one"),
                        sample.setting().seeds(),
                        0.02,
                        9,
                        12.5));
    }

    private static DefenseEvidence evidence(
            SanitizeVerdict verdict, List<String> runnerUps, @Nullable Truth truth, boolean hasImages) {
        boolean hasRemoved = verdict == SanitizeVerdict.SANITIZED || verdict == SanitizeVerdict.CAP_REACHED;
        boolean hasCluster = verdict != SanitizeVerdict.INSUFFICIENT_EVIDENCE;
        return new DefenseEvidence(
                new Subject("runs/<poisoned>", hasRemoved ? "runs/clean" : null, "overlay:poison", 1000, 300),
                verdict,
                hasRemoved ? List.of("row 7", "row 8") : List.of(),
                0.975,
                0.97,
                null,
                List.of(
                        new ClassEffect("zero", 500, hasRemoved ? 2 : 0, 100, 0.98, 0.97),
                        new ClassEffect("one", 500, 0, 0, null, null)),
                tails(truth != null),
                hasCluster ? List.of(cluster(runnerUps, truth != null, hasImages)) : List.of(),
                hasCluster
                        ? List.of(new Round(1, "zero", List.of(), 12, 9, 0.75, 1.0, null, 0.034, hasRemoved, 2, 4))
                        : List.of(),
                List.of(),
                truth,
                new Setting(Map.of("kappa", "5"), Map.of("random removal", 17L), 0.02, 9, 12.5));
    }

    private static Truth truth(double success) {
        return new Truth("patch 2x3 from 1 to 0", success, 0.04, 20, 19, 3, 1, 977, 5, 0.02, 0.17, null, null, null);
    }

    private static Tails tails(boolean isKnown) {
        Random random = new Random(3);
        List<Double> clean = random.doubles(200, 0, 4).boxed().toList();
        List<Double> inputs = random.doubles(250, 0, 4.5).boxed().toList();
        List<Double> attacked = random.doubles(50, 3.5, 12).boxed().toList();
        return new Tails(
                3.9,
                clean,
                inputs,
                isKnown ? attacked : List.of(),
                isKnown ? List.of(curve("tail", 0.9), curve("confidence", 0.3)) : List.of(),
                isKnown ? 0.167 : null);
    }

    /** A curve whose precision falls from a number to a tenth. */
    private static Curve curve(String method, double precision) {
        List<Point> points = new ArrayList<>();
        for (int i = 1; i <= 10; i++) {
            points.add(
                    new Point(i * i / 100.0 * (1 - precision / 2), i / 10.0, precision - (precision - 0.1) * i / 10));
        }
        return new Curve(method, precision, 1 - precision / 4, points);
    }

    private static Cluster cluster(List<String> runnerUps, boolean isKnown, boolean hasImages) {
        List<EvidenceRow> rows = new ArrayList<>();
        for (int i = 7; i < 15; i++) {
            rows.add(new EvidenceRow(
                    "row " + i,
                    9.5 - i / 10.0,
                    i < 9,
                    isKnown ? (Boolean) (i < 14) : null,
                    hasImages ? picture(i) : null,
                    hasImages ? List.of() : List.of("age", "city=Berlin")));
        }
        List<Ranking> rankings = new ArrayList<>();
        for (String method : List.of("vote", "GAS", "random", "gradient norm", "loss", "raw nearest neighbour")) {
            double quality = Math.max(0.05, 0.95 - 0.15 * rankings.size());
            rankings.add(new Ranking(method, 8 - rankings.size(), isKnown ? curve(method, quality) : null));
        }
        return new Cluster("zero", runnerUps, List.of(), 12, 1e-5, 500, rows, rankings);
    }

    /** Returns the colours of the pixels of the first image, as 0xrrggbb. */
    public static Set<Integer> greys(DefenseEvidence evidence) throws IOException {
        EvidencePicture first = Objects.requireNonNull(
                evidence.clusters().get(0).foremost().get(0).picture());
        BufferedImage image =
                ImageIO.read(new ByteArrayInputStream(Base64.getDecoder().decode(first.png())));
        Set<Integer> greys = new HashSet<>();
        for (int i = 0; i < PIXELS * (PIXELS - 2); i++) {
            greys.add(0x010101 * image.getRaster().getSample(i % PIXELS, i / PIXELS, 0));
        }
        return greys;
    }

    private static EvidencePicture picture(int seed) {
        double[] pixels = new Random(seed).doubles(PIXELS * PIXELS, 0, 0.5).toArray();
        for (int i = 0; i < 6; i++) {
            pixels[(6 + i / 3) * PIXELS + 5 + i % 3] = 1;
        }
        return new EvidencePicture(
                PngImage.base64(new Shape(1, PIXELS, PIXELS), pixels, 0, 1),
                PIXELS,
                PIXELS,
                new EvidencePicture.Box(6, 5, 2, 3));
    }
}
