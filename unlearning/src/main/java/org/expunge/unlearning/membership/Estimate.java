package org.expunge.unlearning.membership;

/**
 * A figure with what chance leaves of it.
 *
 * @param value the figure
 * @param interval its 95 % interval
 */
public record Estimate(double value, Interval interval) {}
