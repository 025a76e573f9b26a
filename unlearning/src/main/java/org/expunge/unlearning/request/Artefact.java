package org.expunge.unlearning.request;

/**
 * Something beside the parameters that can still know removed rows.
 *
 * @param kind what it is, such as {@code optimiser state}
 * @param path where it is; relative to the folder that the run lies in
 * @param action what a batch does with it
 * @param reason why
 */
public record Artefact(String kind, String path, Action action, String reason) {
    /** What is done. */
    public enum Action {
        /** It is not part of the new run. */
        LEFT_BEHIND,
        /** It is made again from the rows that remain. */
        MADE_ANEW,
        /** It is kept, and still shows traces of the rows; verification has to judge them. */
        KEPT,
        /** It is deleted. */
        DELETED,
        /** It stays on disk, and every command refuses it. */
        REVOKED
    }
}
