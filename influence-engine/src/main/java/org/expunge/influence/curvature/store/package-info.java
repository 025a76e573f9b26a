/**
 * Factors on disk: fitted in parts that survive a kill, merged from the parts of several machines, and refused once the
 * model or the rows have changed.
 *
 * <p>Start at {@link org.expunge.influence.curvature.store.FactorStore}.
 *
 * <p>A folder holds {@code manifest.json} and float64 NPY files. What can be added (sums over rows) is stored as sums;
 * once all rows are in, what the sums were decomposed into is stored beside them.
 */
@NullMarked
package org.expunge.influence.curvature.store;

import org.jspecify.annotations.NullMarked;
