/** The command line: one class a command, started by {@link org.expunge.cli.Main}. */
@NullMarked
package org.expunge.cli;

import org.jspecify.annotations.NullMarked;
