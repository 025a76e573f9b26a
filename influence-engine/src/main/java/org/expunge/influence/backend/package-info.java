/**
 * Chooses a {@link org.expunge.influence.compute.Compute} by name.
 *
 * <p>Start at {@link org.expunge.influence.backend.Backends}.
 */
@NullMarked
package org.expunge.influence.backend;

import org.jspecify.annotations.NullMarked;
