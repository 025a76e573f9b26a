/**
 * The estimators that {@code --method} names, each built from its options.
 *
 * <p>A {@link org.expunge.cli.method.Method} reads its options first, all of them, and only then is anything computed:
 * an option that it did not ask for is refused by name before a run is opened.
 *
 * <p>Start at {@link org.expunge.cli.method.Methods}.
 */
@NullMarked
package org.expunge.cli.method;

import org.jspecify.annotations.NullMarked;
