package org.expunge.unlearning.ledger;

/** What an entry records. */
public enum EntryType {
    /** The first entry: who keeps the ledger, and with which key. */
    OPENED,
    /** A request to delete came in. */
    REQUEST_RECEIVED,
    /** A request found none of its rows in the run: they were removed before. */
    REQUEST_ANSWERED,
    /** A request was withdrawn or refused, and why. */
    REQUEST_REFUSED,
    /** Rows were removed and a new model took the place of the old one. */
    BATCH_APPLIED,
    /** Removal was tried and given up: the old model stands. */
    BATCH_FAILED,
    /** What else knows the rows of a batch was listed, with what is about to be done with it. */
    PURGE_BEGUN,
    /** What else knew the rows of a batch was deleted, revoked or found to need nothing. */
    PURGED,
    /** A model was taken out of use for another that also excludes the rows. */
    ROLLED_BACK,
    /** A key of row tokens was destroyed. */
    KEY_SHREDDED
}
