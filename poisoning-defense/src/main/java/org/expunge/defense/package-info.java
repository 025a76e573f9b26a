/** Poisoning: attacks as a test bed, identification of targets, tracing of rows and sanitizing of models. */
@NullMarked
package org.expunge.defense;

import org.jspecify.annotations.NullMarked;
