/**
 * Pages for people: on one deletion batch, made from the ledger and the run that came out, and on a sanitizing, made
 * from the evidence that it left.
 *
 * <p>Start at {@link org.expunge.cli.report.DeletionEvidence}, which gathers what is known of a deletion;
 * {@link org.expunge.cli.report.DeletionPage} says it. {@link org.expunge.cli.report.DefensePage} says what
 * {@link org.expunge.cli.work.DefenseEvidence} holds.
 */
@NullMarked
package org.expunge.cli.report;

import org.jspecify.annotations.NullMarked;
