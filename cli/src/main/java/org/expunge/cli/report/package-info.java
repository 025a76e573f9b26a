/**
 * The report on one deletion batch: one page for people, made from the ledger and the run that came out.
 *
 * <p>Start at {@link org.expunge.cli.report.DeletionEvidence}, which gathers what is known;
 * {@link org.expunge.cli.report.DeletionPage} says it.
 */
@NullMarked
package org.expunge.cli.report;

import org.jspecify.annotations.NullMarked;
