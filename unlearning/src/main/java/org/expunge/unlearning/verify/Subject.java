package org.expunge.unlearning.verify;

import org.expunge.influence.data.Dataset;
import org.expunge.influence.network.Model;
import org.expunge.unlearning.ForgetSet;

/**
 * A model and the rows as it wants them: two models of one verification can have different normalisations.
 *
 * @param model the model
 * @param rows what was forgotten and what remains, in the same order for all models
 * @param test rows that no model was trained or chosen on, in the same order for all models
 */
public record Subject(Model model, ForgetSet rows, Dataset test) {}
