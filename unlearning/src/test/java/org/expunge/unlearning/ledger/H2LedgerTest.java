package org.expunge.unlearning.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import org.junit.jupiter.api.Test;

class H2LedgerTest extends LedgerContract {
    @Override
    Ledger open() throws IOException {
        return Ledger.open(folder.resolve("ledger"), "tests");
    }

    @Test
    void aDatabaseThatIsNoneIsRefusedWithItsName() throws Exception {
        Files.createDirectories(folder.resolve("ledger"));
        Files.writeString(folder.resolve("ledger").resolve("ledger.mv.db"), "no database at all, but some text");

        assertThatThrownBy(this::open)
                .isInstanceOf(LedgerException.class)
                .hasMessageContaining(folder.resolve("ledger").toString());
    }

    @Test
    void keysAreTheirOwnersAlone() throws Exception {
        try (Ledger ledger = open()) {
            ledger.createTokens("b1");
        }

        for (String file : new String[] {"signing-key.pem", "token-keys/b1.key"}) {
            assertThat(Files.getPosixFilePermissions(folder.resolve("ledger").resolve(file)))
                    .extracting(Enum::name)
                    .containsExactlyInAnyOrder("OWNER_READ", "OWNER_WRITE");
        }
    }
}
