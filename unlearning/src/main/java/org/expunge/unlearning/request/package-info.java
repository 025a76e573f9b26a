/**
 * Requests to delete: what they name, which rows that is, what else knows those rows, and what is near them.
 *
 * <p>Start at {@link org.expunge.unlearning.request.DeletionRequest}, which a person writes or a file holds;
 * {@link org.expunge.unlearning.request.RowFinder} says which rows of a run it means.
 */
@NullMarked
package org.expunge.unlearning.request;

import org.jspecify.annotations.NullMarked;
