package org.expunge.influence.score.group;

import org.expunge.influence.curvature.ParameterVector;
import org.expunge.influence.score.Provenance;

/**
 * What removing a group is predicted to do.
 *
 * @param rows how many rows the group has
 * @param order how it was predicted
 * @param objective what the model is trained on without the group
 * @param change {@code θ without the group − θ}
 * @param evidence how the solves behind it ended
 */
public record GroupEffect(
        int rows,
        GroupInfluence.Order order,
        GroupInfluence.Objective objective,
        ParameterVector change,
        Provenance.Inverse evidence) {}
