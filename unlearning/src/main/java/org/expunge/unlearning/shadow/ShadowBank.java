package org.expunge.unlearning.shadow;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.expunge.influence.io.BadInputException;
import org.expunge.influence.io.Digests;
import org.expunge.influence.io.Json;
import org.expunge.influence.score.InputDigests;

/**
 * A folder of shadow models' answers, as the run whose rows they learned remembers it: {@code shadow-banks} in the run
 * has a file for each. Whoever deletes rows of the run finds it so, wherever it lies.
 *
 * @param folder where it was made, absolute and without links
 * @param base digest of the rows that every shadow model learned, which the bank's own manifest holds too
 * @param candidates digest of the rows that half of them learned and forgot
 */
public record ShadowBank(String folder, String base, String candidates) {
    private static final String NOTES = "shadow-banks";
    private static final String END = ".json";
    private static final int NAME_LENGTH = 16;

    /**
     * Remembers a bank before it is filled, so that a killed audit is found as well. The same bank is noted once;
     * processes that note others at the same time do not disturb each other.
     *
     * @param run the directory of the run
     * @param folder the bank's; made if it is missing
     * @param setting what its shadow models are made of
     * @throws IOException if the note cannot be written
     */
    public static void note(Path run, Path folder, ShadowSetting setting) throws IOException {
        Files.createDirectories(folder);
        ShadowBank bank = new ShadowBank(
                folder.toRealPath().toString(), InputDigests.of(setting.base()), InputDigests.of(setting.candidates()));
        String name =
                Digests.sha256(Json.text(bank).getBytes(StandardCharsets.UTF_8)).substring(0, NAME_LENGTH);
        Path notes = Files.createDirectories(run.resolve(NOTES));
        Json.write(notes.resolve(name + END), bank);
    }

    /**
     * Reads what a run remembers.
     *
     * @param run the directory of the run
     * @return the banks in a fixed order; empty if none was noted
     * @throws BadInputException if a note is damaged
     * @throws IOException if one cannot be read
     */
    public static List<ShadowBank> of(Path run) throws IOException {
        Path notes = run.resolve(NOTES);
        if (!Files.isDirectory(notes)) {
            return List.of();
        }
        List<Path> files;
        try (Stream<Path> list = Files.list(notes)) {
            files = list.filter(file -> file.toString().endsWith(END)).sorted().toList();
        }
        List<ShadowBank> banks = new ArrayList<>();
        for (Path file : files) {
            banks.add(Json.read(file, ShadowBank.class));
        }
        return banks;
    }

    /** Returns the digests by which the manifest of a folder shows that it is this bank. */
    public List<String> marks() {
        return List.of(base, candidates);
    }
}
