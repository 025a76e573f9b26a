/**
 * Methods of unlearning by name: what each is, which options it takes, and how it is built for a run.
 *
 * <p>Start at {@link org.expunge.cli.unlearn.UnlearningMethods}, where each method is one line.
 */
@NullMarked
package org.expunge.cli.unlearn;

import org.jspecify.annotations.NullMarked;
