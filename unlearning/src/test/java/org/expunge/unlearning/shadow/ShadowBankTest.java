package org.expunge.unlearning.shadow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.io.BadInputException;
import org.expunge.influence.score.InputDigests;
import org.expunge.unlearning.Controls;
import org.expunge.unlearning.Problems;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ShadowBankTest {
    private final Dataset rows = Problems.noisyClasses("train", 20, 0.2, 11);

    @TempDir
    private Path folder;

    @Test
    void aRunRemembersEachOfItsBanksOnce() throws IOException {
        Path run = Files.createDirectory(folder.resolve("run"));
        Path bank = folder.resolve("elsewhere/u-lira");

        ShadowBank.note(run, bank, setting(6));
        ShadowBank.note(run, folder.resolve("run/../elsewhere/u-lira"), setting(6));
        ShadowBank.note(run, bank, setting(8));
        ShadowBank.note(run, folder.resolve("elsewhere/gus"), setting(6));

        List<ShadowBank> banks = ShadowBank.of(run);
        assertThat(banks).hasSize(3);
        assertThat(banks)
                .contains(new ShadowBank(
                        bank.toRealPath().toString(), InputDigests.of(base(6)), InputDigests.of(candidates(6))));
        assertThat(banks)
                .extracting(ShadowBank::folder)
                .containsOnly(
                        bank.toRealPath().toString(),
                        bank.resolveSibling("gus").toRealPath().toString());
    }

    @Test
    void aRunThatWasNeverAuditedRemembersNoneAndADamagedNoteIsNamed() throws IOException {
        assertThat(ShadowBank.of(folder)).isEmpty();

        ShadowBank.note(folder, folder.resolve("bank"), setting(6));
        Path notes = folder.resolve("shadow-banks");
        Path damaged = Files.writeString(notes.resolve("0.json"), "{");

        assertThatThrownBy(() -> ShadowBank.of(folder))
                .isInstanceOf(BadInputException.class)
                .hasMessageContaining(damaged.toString());
    }

    private ShadowSetting setting(int candidates) {
        return new ShadowSetting(
                base(candidates),
                candidates(candidates),
                rows,
                rows,
                (engine, train, validation, seed) -> {
                    throw new AssertionError("nothing is trained");
                },
                (engine, seed) -> Controls.noOp(),
                "nothing");
    }

    private Dataset base(int candidates) {
        return rows.select(IntStream.range(candidates, rows.size()).toArray());
    }

    private Dataset candidates(int count) {
        return rows.select(IntStream.range(0, count).toArray());
    }
}
