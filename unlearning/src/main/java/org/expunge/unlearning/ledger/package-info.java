/**
 * An append-only record of deletions that an auditor can check without the program that wrote it.
 *
 * <p>Entries are canonical JSON (RFC 8785), chained by hash, and leaves of a Merkle tree (RFC 9162) whose root is
 * signed (Ed25519) after every append. No row, prediction or gradient enters an entry: rows are named by keyed tokens
 * ({@link org.expunge.unlearning.ledger.RowTokens}) whose key can be destroyed.
 *
 * <p>A hash chain proves order, not completeness: whoever holds the signing key can write another history. Keep signed
 * checkpoints with somebody else and give them to {@link org.expunge.unlearning.ledger.LedgerVerifier}.
 *
 * <p>Start at {@link org.expunge.unlearning.ledger.Ledger}.
 */
@NullMarked
package org.expunge.unlearning.ledger;

import org.jspecify.annotations.NullMarked;
