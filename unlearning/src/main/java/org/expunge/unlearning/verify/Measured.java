package org.expunge.unlearning.verify;

import org.expunge.influence.data.Dataset;
import org.expunge.influence.network.Model;
import org.expunge.influence.training.Evaluation;
import org.expunge.influence.training.Evaluator;
import org.expunge.unlearning.membership.LossThresholdAttack;

/**
 * One model, evaluated.
 *
 * @param model the model
 * @param forget its answers on F
 * @param retain its answers on R
 * @param test its answers on T
 * @param figures its figures
 */
record Measured(Model model, Evaluation forget, Evaluation retain, Evaluation test, ModelFigures figures) {
    static Measured of(Evaluator evaluator, LossThresholdAttack attack, String name, Subject subject) {
        Model model = subject.model();
        Dataset forget = subject.rows().forget();
        Dataset test = subject.test();
        Evaluation forgotten = evaluator.evaluate(model, forget);
        Evaluation retained = evaluator.evaluate(model, subject.rows().retain());
        Evaluation tested = evaluator.evaluate(model, test);
        ModelFigures figures = new ModelFigures(
                name,
                forgotten.metrics(),
                retained.metrics(),
                tested.metrics(),
                attack.attack(forget, forgotten.losses(), test, tested.losses()));
        return new Measured(model, forgotten, retained, tested, figures);
    }
}
