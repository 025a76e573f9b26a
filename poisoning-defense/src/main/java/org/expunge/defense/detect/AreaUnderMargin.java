package org.expunge.defense.detect;

import java.util.List;
import java.util.stream.IntStream;
import org.expunge.influence.training.Checkpoint;

/**
 * Area under the margin: the mean over a training of {@code z_y − max_{j≠y} z_j}. Rows with a wrong label stay small or
 * negative while the others grow.
 *
 * <p><b>Units.</b> Logits; the score is the negated area.
 *
 * <p><b>Accuracy.</b> Taken from a {@link MarginLog} of every epoch where the setting has one, else from the
 * checkpoints that the run kept, each counting the same; the notes say which. A row is flagged if its area is negative:
 * over the training another class was ahead. The published threshold, the area of rows under a made-up class, needs a
 * network with one output more and is not used.
 *
 * <p><b>Cost.</b> One forward pass a checkpoint.
 *
 * <p><b>Source.</b> G. Pleiss, T. Zhang, E. Elenberg, K. Q. Weinberger, "Identifying Mislabeled Data using the Area
 * Under the Margin Ranking", NeurIPS 2020.
 */
public final class AreaUnderMargin implements Detector {
    @Override
    public String name() {
        return "aum";
    }

    @Override
    public String rule() {
        return "mean margin below 0";
    }

    @Override
    public Detection detect(ScanSetting setting) {
        double[] areas = setting.marginLog().map(MarginLog::means).orElseGet(() -> overCheckpoints(setting));
        double[] scores =
                IntStream.range(0, areas.length).mapToDouble(i -> -areas[i]).toArray();
        int[] flagged =
                IntStream.range(0, areas.length).filter(i -> areas[i] < 0).toArray();
        String source = setting.marginLog()
                .map(log -> "logged at the end of each of " + log.epochs() + " epochs of training")
                .orElse("mean over the " + setting.checkpoints().size() + " checkpoints that the run kept");
        return Detection.of(this, scores, flagged, source);
    }

    private static double[] overCheckpoints(ScanSetting setting) {
        List<Checkpoint> checkpoints = setting.checkpoints();
        double[] areas = new double[setting.train().size()];
        for (Checkpoint checkpoint : checkpoints) {
            double[] margins = MarginLog.margins(setting.engine(), checkpoint.model(), setting.train());
            for (int i = 0; i < areas.length; i++) {
                areas[i] += margins[i] / checkpoints.size();
            }
        }
        return areas;
    }
}
