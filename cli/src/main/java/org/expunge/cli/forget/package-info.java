/**
 * From a request to delete to a new run and an entry in the ledger: planning, applying, replaying.
 *
 * <p>Start at {@link org.expunge.cli.forget.Applying}.
 */
@NullMarked
package org.expunge.cli.forget;

import org.jspecify.annotations.NullMarked;
