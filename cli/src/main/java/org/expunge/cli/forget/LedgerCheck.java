package org.expunge.cli.forget;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.expunge.cli.render.Document;
import org.expunge.cli.render.ExitCodes;
import org.expunge.cli.render.Result;
import org.expunge.cli.render.Table;
import org.expunge.influence.io.BadInputException;
import org.expunge.unlearning.ledger.Checkpoint;
import org.expunge.unlearning.ledger.LedgerVerifier;
import org.expunge.unlearning.ledger.VerifyingKey;
import org.jspecify.annotations.Nullable;

/**
 * What is found in an exported ledger.
 *
 * @param export the directory
 * @param isIntact whether nothing was found
 * @param entries whole entries read before the first that is damaged
 * @param root Merkle root over them, base64
 * @param keyFingerprint of the key that signatures were checked with
 * @param isKeyFromExport whether that key lay in the export itself, so that its fingerprint must be compared
 * @param attestations signed statements checked
 * @param checkpoints how many checkpoints from elsewhere it was held against
 * @param problems in words, naming the entry
 */
public record LedgerCheck(
        String export,
        boolean isIntact,
        long entries,
        String root,
        String keyFingerprint,
        boolean isKeyFromExport,
        int attestations,
        int checkpoints,
        List<String> problems)
        implements Result {

    /** Copies the list. */
    public LedgerCheck {
        problems = List.copyOf(problems);
    }

    /**
     * Checks an export; needs nothing else, no network and no secret.
     *
     * @param export the directory
     * @param keyFile the ledger's public key from elsewhere; null for that of the export
     * @param kept checkpoints that were kept elsewhere
     * @return what was found; a missing, unreadable or changed file of the export is a finding
     * @throws BadInputException if the directory is no export, or a file from elsewhere is no key or no checkpoint
     * @throws IOException if a file cannot be read
     */
    public static LedgerCheck of(Path export, @Nullable Path keyFile, List<Path> kept) throws IOException {
        if (!LedgerVerifier.isExport(export)) {
            throw new BadInputException(
                    export, "is not the export of a ledger; name the folder that 'expunge ledger export --out' wrote");
        }
        List<String> notes = new ArrayList<>();
        for (Path file : kept) {
            String note = Files.readString(file);
            Checkpoint.parse(note, file.toString());
            notes.add(note);
        }
        Optional<VerifyingKey> elsewhere =
                keyFile == null ? Optional.empty() : Optional.of(VerifyingKey.read(keyFile, ""));
        VerifyingKey key;
        try {
            key = elsewhere.isPresent()
                    ? elsewhere.get().named(LedgerVerifier.exportedName(export))
                    : LedgerVerifier.exportedKey(export);
        } catch (BadInputException | NoSuchFileException | CharacterCodingException e) {
            String problem = "nothing could be checked, for the checkpoint or the key of the export is missing or"
                    + " damaged: " + e.getMessage();
            return new LedgerCheck(
                    export.toString(), false, 0, "", "", keyFile == null, 0, kept.size(), List.of(problem));
        }
        List<String> problems = new ArrayList<>();
        List<Checkpoint> known = new ArrayList<>();
        for (int i = 0; i < notes.size(); i++) {
            try {
                known.add(Checkpoint.verify(notes.get(i), key, kept.get(i).toString()));
            } catch (BadInputException e) {
                problems.add(String.valueOf(e.getMessage()));
            }
        }
        LedgerVerifier.Report report = new LedgerVerifier(key, known).verify(export);
        problems.addAll(report.problems());
        return new LedgerCheck(
                export.toString(),
                problems.isEmpty(),
                report.entries(),
                report.root(),
                report.keyFingerprint(),
                keyFile == null,
                report.attestations(),
                kept.size(),
                problems);
    }

    @Override
    public int exitCode() {
        return isIntact ? ExitCodes.OK : ExitCodes.GATE_MISSED;
    }

    @Override
    public Document document() {
        Document.Builder document = Document.titled(export + (isIntact ? " is intact" : " is damaged"))
                .table(Table.of()
                        .row("entries", entries)
                        .row("signed statements", attestations)
                        .row("checkpoints from elsewhere", checkpoints)
                        .row("key", keyFingerprint)
                        .build());
        problems.forEach(document::paragraph);
        if (isKeyFromExport) {
            document.paragraph("The key lay in the export: compare its fingerprint with one from elsewhere, or give"
                    + " --key FILE.");
        }
        if (checkpoints == 0) {
            document.paragraph(
                    "No checkpoint from elsewhere was given (--checkpoint FILE): a history that the holder of"
                            + " the signing key wrote anew, or cut back together with its checkpoint, cannot be told.");
        }
        return document.build();
    }
}
