/**
 * Attacks on training data, for test beds and fire drills: each plants adversarial rows in a user's own data, with a
 * seed, and says which rows they are.
 *
 * <p>Start at {@link org.expunge.defense.attack.Attack}. An attack only counts once it works: see
 * {@link org.expunge.defense.attack.AttackGate}.
 *
 * <p>Symbols: {@code y_s} the source class whose inputs are attacked, {@code y_t} the target class that they are to be
 * taken for. Attacks run on raw rows, before normalisation.
 */
@NullMarked
package org.expunge.defense.attack;

import org.jspecify.annotations.NullMarked;
