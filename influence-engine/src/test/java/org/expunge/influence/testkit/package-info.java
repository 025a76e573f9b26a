/** Oracles and fixtures that the tests of several modules share. */
@NullMarked
package org.expunge.influence.testkit;

import org.jspecify.annotations.NullMarked;
