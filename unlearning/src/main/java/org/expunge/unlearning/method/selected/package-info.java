/**
 * Methods that move some of the parameters only: those that have most to do with the rows to forget.
 *
 * <p>Symbols are those of {@link org.expunge.unlearning}; {@code S} is the selection, of {@code k} parameters.
 *
 * <p>Start at {@link org.expunge.unlearning.method.selected.GeneralizedInfluenceRemoval}.
 */
@NullMarked
package org.expunge.unlearning.method.selected;

import org.jspecify.annotations.NullMarked;
