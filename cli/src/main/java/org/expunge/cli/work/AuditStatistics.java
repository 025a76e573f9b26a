package org.expunge.cli.work;

import java.util.ArrayList;
import java.util.List;
import org.expunge.cli.method.Methods;
import org.expunge.defense.identify.InfluenceTails;
import org.expunge.defense.identify.InputControls;
import org.expunge.defense.identify.StandardStatistics;
import org.expunge.defense.identify.TargetStatistic;
import org.expunge.defense.model.ParameterScaling;
import org.expunge.defense.model.ScaleUp;
import org.expunge.defense.model.Strip;
import org.expunge.defense.model.ValueRange;
import org.expunge.influence.compute.Engine;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.network.Model;
import org.expunge.influence.training.TrainingRun;

/** What an audit of a run measures of inputs. */
final class AuditStatistics {
    private AuditStatistics() {}

    /** Returns the tails of influence. */
    static InfluenceTails tails(Engine engine, TrainingRun run, List<Integer> kappas) {
        return StandardStatistics.tails(engine, run.checkpoints(), Methods.alongTraining(run.checkpoints()), kappas);
    }

    /** Returns the distances to neighbours. */
    static List<TargetStatistic> distances(Engine engine, TrainingRun run) {
        return StandardStatistics.distances(engine, run.model());
    }

    /** Returns the controls that apply to the run's model, random first. */
    static List<TargetStatistic> controls(Engine engine, TrainingRun run, long seed) {
        Model model = run.model();
        Dataset clean = run.validation();
        List<TargetStatistic> controls = new ArrayList<>();
        controls.add(InputControls.random(seed));
        controls.add(InputControls.certainty(engine, model));
        if (clean.words().isEmpty()) { // words can be neither blended nor multiplied
            controls.add(InputControls.of(new Strip(engine, model, clean, Strip.Options.DEFAULT)));
            ValueRange range = ValueRange.of(run.raw().train(), run.normalizer());
            controls.add(InputControls.of(new ScaleUp(engine, model, range, ScaleUp.Options.DEFAULT)));
        }
        if (ParameterScaling.appliesTo(model.network())) {
            controls.add(
                    InputControls.of(new ParameterScaling(engine, model, clean, ParameterScaling.Options.DEFAULT)));
        }
        return controls;
    }
}
