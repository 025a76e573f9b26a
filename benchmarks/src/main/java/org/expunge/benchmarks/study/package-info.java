/**
 * Accuracy and cost studies. Each is a program that writes a table with the machine, commit, seeds and command that
 * made it; the tables are committed under {@code docs/results}.
 */
@NullMarked
package org.expunge.benchmarks.study;

import org.jspecify.annotations.NullMarked;
