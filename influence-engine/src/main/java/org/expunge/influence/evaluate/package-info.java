/**
 * How good a ranking or an estimate is: metrics of rankings against labels or against other numbers, and intervals.
 *
 * <p>Start at {@link org.expunge.influence.evaluate.RankMetrics}; wrap a metric in
 * {@link org.expunge.influence.evaluate.Bootstrap} for its interval.
 *
 * <p>Symbols: {@code n} items, {@code P} of them positive (adversarial, mislabelled), {@code N = n − P} negative. The
 * base rate {@code P/n} is what a random ranking's average precision tends to.
 */
@NullMarked
package org.expunge.influence.evaluate;

import org.jspecify.annotations.NullMarked;
