/**
 * What the commands do: each class joins library calls into one piece of work and hands back a
 * {@link org.expunge.cli.render.Result}.
 */
@NullMarked
package org.expunge.cli.work;

import org.jspecify.annotations.NullMarked;
