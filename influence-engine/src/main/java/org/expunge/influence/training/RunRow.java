package org.expunge.influence.training;

/**
 * What a run knows of a row: never its content.
 *
 * @param id the row's id
 * @param label its class as a number, or its target values separated by spaces
 * @param token HMAC-SHA-256 of its content before normalisation, 64 hexadecimal digits (see
 *     {@link org.expunge.influence.data.RowHasher})
 * @param split which part it belongs to
 * @param isRemoved whether it was taken out, by forgetting or sanitizing
 */
public record RunRow(String id, String label, String token, Split split, boolean isRemoved) {
    /** Returns the same row, taken out. */
    RunRow removed() {
        return new RunRow(id, label, token, split, true);
    }
}
