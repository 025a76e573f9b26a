package org.expunge.unlearning.method.finetune;

import org.expunge.influence.compute.Loss;
import org.expunge.influence.compute.reference.ScalarLoss;

/**
 * {@code τ² KL(T ‖ S)} of one example, of the distributions that logits {@code z/τ} stand for under a loss: a softmax,
 * a Bernoulli for each output, or a Gaussian of unit scale. Summed over outputs, never averaged over them.
 *
 * <p><b>Source.</b> G. Hinton, O. Vinyals and J. Dean, "Distilling the Knowledge in a Neural Network", 2015, section 2,
 * for τ²: gradients keep their size when τ changes.
 *
 * @param loss the network's
 * @param temperature τ, above 0
 */
record Distillation(Loss loss, double temperature) {
    /**
     * Returns the divergence, 0 or more but for rounding.
     *
     * @param teacher logits of T, length K
     * @param student logits of S, length K
     * @param delta its derivative by the logits of S is written
     */
    double divergence(double[] teacher, double[] student, double[] delta) {
        double[] cooledTeacher = cooled(teacher);
        double[] cooledStudent = cooled(student);
        double[] prediction = new double[teacher.length];
        ScalarLoss.prediction(loss, cooledTeacher, prediction);
        ScalarLoss.delta(loss, cooledStudent, prediction, delta);
        for (int k = 0; k < delta.length; k++) {
            delta[k] *= temperature;
        }
        double excess =
                ScalarLoss.value(loss, cooledStudent, prediction) - ScalarLoss.value(loss, cooledTeacher, prediction);
        return temperature * temperature * excess;
    }

    private double[] cooled(double[] logits) {
        double[] cooled = logits.clone();
        for (int k = 0; k < cooled.length; k++) {
            cooled[k] /= temperature;
        }
        return cooled;
    }
}
