/** What removing several training rows at once does to a model. */
@NullMarked
package org.expunge.influence.score.group;

import org.jspecify.annotations.NullMarked;
