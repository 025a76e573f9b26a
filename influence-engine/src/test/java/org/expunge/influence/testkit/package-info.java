/**
 * What tests of several modules share: the golden oracle values and seeded generators.
 *
 * <p>Start at {@link org.expunge.influence.testkit.GoldenCase}.
 */
@NullMarked
package org.expunge.influence.testkit;

import org.jspecify.annotations.NullMarked;
