/**
 * Ready-made networks for a given input and number of classes.
 *
 * <p>Start at {@link org.expunge.influence.network.preset.Presets}.
 */
@NullMarked
package org.expunge.influence.network.preset;

import org.jspecify.annotations.NullMarked;
