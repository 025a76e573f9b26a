package org.expunge.unlearning.ledger;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;

/**
 * One digest for a list of tokens, from which nobody can tell them.
 *
 * <p><b>Source.</b> The Merkle tree of RFC 9162, section 2.1, over the tokens in their order.
 */
public final class ManifestRoot {
    private ManifestRoot() {}

    /** Returns the root of tokens, 64 hexadecimal digits. */
    public static String of(List<String> tokens) {
        MerkleFrontier tree = MerkleFrontier.EMPTY;
        for (String token : tokens) {
            tree = tree.plus(token.getBytes(StandardCharsets.UTF_8));
        }
        return HexFormat.of().formatHex(tree.root());
    }
}
