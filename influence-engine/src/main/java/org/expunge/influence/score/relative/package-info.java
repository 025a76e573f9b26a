/** What a training row does to itself and to the whole model, and scores that are relative to that. */
@NullMarked
package org.expunge.influence.score.relative;

import org.jspecify.annotations.NullMarked;
