/** Removal of training rows from a trained model, and the verification that it happened. */
@NullMarked
package org.expunge.unlearning;

import org.jspecify.annotations.NullMarked;
