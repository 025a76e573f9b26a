/** How the influence of a training row changes with what the row holds. */
@NullMarked
package org.expunge.influence.score.perturbation;

import org.jspecify.annotations.NullMarked;
