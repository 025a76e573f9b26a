-- What the next entry follows on: locked while one is appended.
CREATE TABLE ledger_head (
    id        INTEGER PRIMARY KEY CHECK (id = 1),
    origin    VARCHAR(255)  NOT NULL,
    size      BIGINT        NOT NULL,
    last_hash CHAR(64)      NOT NULL,
    frontier  VARCHAR(8192) NOT NULL
);

-- One canonical JSON line an entry, never changed.
CREATE TABLE ledger_entry (
    seq  BIGINT PRIMARY KEY,
    line TEXT     NOT NULL,
    hash CHAR(64) NOT NULL UNIQUE
);

-- The signed note after each append.
CREATE TABLE ledger_checkpoint (
    size BIGINT PRIMARY KEY,
    note TEXT NOT NULL
);

-- Runs that an entry already speaks of and that are still to be moved into place.
CREATE TABLE ledger_publication (
    seq    BIGINT PRIMARY KEY REFERENCES ledger_entry (seq),
    staged TEXT NOT NULL,
    target TEXT NOT NULL
);
