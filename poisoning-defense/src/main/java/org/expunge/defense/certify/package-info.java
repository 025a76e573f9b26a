/**
 * Predictions that provably stay as they are however an attacker changes a number of training rows.
 *
 * <p>Start at {@link org.expunge.defense.certify.PartitionEnsemble}: members that each see few of the rows vote, and a
 * row can change few of the votes. {@link org.expunge.defense.certify.LabelFlipSmoothing} treats attackers who change
 * labels alone, on features that know no labels.
 *
 * <p>Symbols: {@code k} how many times fewer rows a member sees than there are, {@code d} how many members a row is
 * shown to, {@code N_c} votes for class c, {@code q} the probability that a label is drawn anew, {@code K} the number
 * of classes. The radius of a prediction is the number of changes that leave it as it is.
 */
@NullMarked
package org.expunge.defense.certify;

import org.jspecify.annotations.NullMarked;
