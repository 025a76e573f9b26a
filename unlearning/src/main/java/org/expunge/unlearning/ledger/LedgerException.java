package org.expunge.unlearning.ledger;

import java.io.IOException;

/** The ledger's database could not be used. Nothing was recorded. */
public final class LedgerException extends IOException {
    private static final long serialVersionUID = 1;

    LedgerException(String message) {
        super(message);
    }

    LedgerException(String message, Throwable cause) {
        super(message, cause);
    }
}
