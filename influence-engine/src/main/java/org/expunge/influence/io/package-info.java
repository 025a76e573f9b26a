/**
 * Files in formats that other tools open: NPY arrays, JSON, YAML and CSV, read with bounds and written atomically.
 *
 * <p>Start at {@link org.expunge.influence.io.AtomicFiles}: every file of a run is written through it, so that a killed
 * process leaves either the old file or the new one. Input that is not what it claims to be ends in a
 * {@link org.expunge.influence.io.BadInputException}, whose message names the file and, where there is one, the line.
 */
@NullMarked
package org.expunge.influence.io;

import org.jspecify.annotations.NullMarked;
