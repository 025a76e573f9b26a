/**
 * Which training rows look wrong, by many methods side by side and with controls. Nothing is ever deleted here.
 *
 * <p>Start at {@link org.expunge.defense.detect.DetectionScan}: one call runs all of
 * {@link org.expunge.defense.detect.Detectors} on a {@link org.expunge.defense.detect.ScanSetting} and returns a
 * {@link org.expunge.defense.detect.DetectionTable}.
 *
 * <p>Symbols: {@code n} training rows, {@code C} classes, {@code y} the label a row carries, {@code h} what the last
 * layer with parameters is given (the penultimate features), {@code z} logits, {@code p} probabilities, {@code ρ} the
 * share of poison, which nobody knows: what is given it says "oracle budget" in its name.
 */
@NullMarked
package org.expunge.defense.detect;

import org.jspecify.annotations.NullMarked;
