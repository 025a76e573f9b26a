package org.expunge.unlearning.ledger;

import static com.google.common.base.Preconditions.checkArgument;

import com.google.common.hash.Hashing;
import java.util.ArrayList;
import java.util.List;

/**
 * The Merkle tree of an append-only list, kept as the roots of its perfect subtrees, largest first: all that appending
 * and the root need.
 *
 * <p><b>Cost.</b> {@code log₂ n} hashes of 32 bytes held; an append hashes once on average.
 *
 * <p><b>Source.</b> RFC 9162, "Certificate Transparency Version 2.0", section 2.1: a leaf is {@code SHA-256(0x00 ‖
 * data)}, a node {@code SHA-256(0x01 ‖ left ‖ right)}.
 *
 * @param size leaves
 * @param roots one for each 1 in the binary digits of {@code size}, from the largest subtree
 */
record MerkleFrontier(long size, List<byte[]> roots) {
    /** The tree without leaves. */
    static final MerkleFrontier EMPTY = new MerkleFrontier(0, List.of());

    MerkleFrontier {
        checkArgument(roots.size() == Long.bitCount(size), "%s leaves have other subtrees than %s", size, roots.size());
        roots = List.copyOf(roots);
    }

    /** Returns the tree with one leaf more. */
    MerkleFrontier plus(byte[] data) {
        List<byte[]> next = new ArrayList<>(roots);
        byte[] node = leaf(data);
        for (long bits = size; (bits & 1) == 1; bits >>= 1) {
            node = node(next.remove(next.size() - 1), node);
        }
        next.add(node);
        return new MerkleFrontier(size + 1, next);
    }

    /** Returns the root, 32 bytes; SHA-256 of nothing for the empty tree. */
    byte[] root() {
        if (size == 0) {
            return Hashing.sha256().hashBytes(new byte[0]).asBytes();
        }
        byte[] root = roots.get(roots.size() - 1);
        for (int i = roots.size() - 2; i >= 0; i--) {
            root = node(roots.get(i), root);
        }
        return root;
    }

    static byte[] leaf(byte[] data) {
        return Hashing.sha256()
                .newHasher()
                .putByte((byte) 0)
                .putBytes(data)
                .hash()
                .asBytes();
    }

    static byte[] node(byte[] left, byte[] right) {
        return Hashing.sha256()
                .newHasher()
                .putByte((byte) 1)
                .putBytes(left)
                .putBytes(right)
                .hash()
                .asBytes();
    }
}
