/**
 * Which inputs are targets of an attack: inputs whose prediction rests on a few training rows far more than predictions
 * of that class usually do.
 *
 * <p>Start at {@link org.expunge.defense.identify.TargetAudit}.
 *
 * <p>Symbols: {@code ŷ} the predicted class of an input, {@code v} its influence scores on the training rows labelled
 * ŷ, {@code z = (v − median v) / Q_n(v)}, {@code κ} how many rows the tail statistic looks at.
 */
@NullMarked
package org.expunge.defense.identify;

import org.jspecify.annotations.NullMarked;
