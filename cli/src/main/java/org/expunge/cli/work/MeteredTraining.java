package org.expunge.cli.work;

import java.util.Locale;
import java.util.function.Supplier;
import org.expunge.cli.render.ProgressMeter;
import org.expunge.influence.training.Progress;
import org.expunge.influence.training.TrainingListener;
import org.expunge.influence.training.TrainingState;

/** Shows each step of a training on a meter. */
record MeteredTraining(ProgressMeter meter) implements TrainingListener {
    @Override
    public void onStep(Progress progress, Supplier<TrainingState> state) {
        String detail = String.format(Locale.ROOT, "epoch %d, loss %.4f", progress.epoch(), progress.loss());
        meter.step(progress.iteration(), progress.totalIterations(), detail);
    }
}
