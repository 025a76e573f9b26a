package org.expunge.unlearning.ledger;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import org.expunge.influence.io.BadInputException;

/**
 * A signed statement of how many entries there are and what they hash to: a note that any transparency-log tool reads.
 *
 * <p><b>Source.</b> C2SP "tlog-checkpoint" and "signed-note".
 *
 * @param origin name of the ledger
 * @param size entries
 * @param root Merkle root over their lines, 32 bytes in base64
 * @param signature key name and signature line
 */
public record Checkpoint(String origin, long size, String root, String signature) {
    private static final String DASH = "\u2014 ";

    /** Signs a tree. */
    static Checkpoint sign(SigningKey key, MerkleFrontier tree) {
        String root = Base64.getEncoder().encodeToString(tree.root());
        String body = body(key.name(), tree.size(), root);
        byte[] id = key.verifying().noteId();
        byte[] signature = key.sign(body.getBytes(StandardCharsets.UTF_8));
        byte[] both = new byte[id.length + signature.length];
        System.arraycopy(id, 0, both, 0, id.length);
        System.arraycopy(signature, 0, both, id.length, signature.length);
        String line = DASH + key.name() + " " + Base64.getEncoder().encodeToString(both);
        return new Checkpoint(key.name(), tree.size(), root, line);
    }

    /** Returns the note: three lines, an empty one, the signature. */
    public String note() {
        return body(origin, size, root) + "\n" + signature + "\n";
    }

    /**
     * Reads a note and checks its signature.
     *
     * @param note the text
     * @param key whose signature it must bear
     * @param source what to call it in an error
     * @throws BadInputException if it is no checkpoint, or its signature is not the key's
     */
    public static Checkpoint verify(String note, VerifyingKey key, String source) throws BadInputException {
        Checkpoint read = parse(note, source);
        if (!read.isSignedBy(key)) {
            throw new BadInputException(
                    source, "its signature is not that of key " + key.fingerprint() + ": it was changed or re-signed");
        }
        return read;
    }

    /**
     * Reads a note without checking whose signature it bears.
     *
     * @param note the text
     * @param source what to call it in an error
     * @throws BadInputException if it is no checkpoint, or is spelled in another way than {@link #note}
     */
    public static Checkpoint parse(String note, String source) throws BadInputException {
        String[] lines = note.split("\n", -1);
        if (lines.length != 6 || !lines[3].isEmpty() || !lines[4].startsWith(DASH) || !lines[5].isEmpty()) {
            throw new BadInputException(source, "is not a checkpoint: origin, size, root, an empty line, a signature");
        }
        Checkpoint read = new Checkpoint(lines[0], size(lines[1], source), lines[2], lines[4]);
        if (!read.note().equals(note)) {
            throw new BadInputException(source, "is not spelled as a checkpoint is: it was changed");
        }
        return read;
    }

    private boolean isSignedBy(VerifyingKey key) {
        String[] words = signature.substring(DASH.length()).split(" ", -1);
        if (words.length != 2 || !words[0].equals(key.name())) {
            return false;
        }
        byte[] both;
        try {
            both = Base64.getDecoder().decode(words[1]);
        } catch (IllegalArgumentException e) {
            return false;
        }
        if (!Base64.getEncoder().encodeToString(both).equals(words[1])) {
            return false; // the decoder lets the spare bits of the last digit be anything
        }
        byte[] id = key.noteId();
        if (both.length <= id.length || !Arrays.equals(both, 0, id.length, id, 0, id.length)) {
            return false;
        }
        byte[] bytes = Arrays.copyOfRange(both, id.length, both.length);
        return key.verifies(body(origin, size, root).getBytes(StandardCharsets.UTF_8), bytes);
    }

    private static long size(String digits, String source) throws BadInputException {
        try {
            return Long.parseLong(digits);
        } catch (NumberFormatException e) {
            throw new BadInputException(source, "its size must be a whole number, got '" + digits + "'", e);
        }
    }

    private static String body(String origin, long size, String root) {
        return origin + "\n" + size + "\n" + root + "\n";
    }
}
