/** Influence that moves some of the parameters only, and which parameters those should be. */
@NullMarked
package org.expunge.influence.score.generalized;

import org.jspecify.annotations.NullMarked;
