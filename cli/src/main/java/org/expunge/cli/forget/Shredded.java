package org.expunge.cli.forget;

import org.expunge.cli.render.Document;
import org.expunge.cli.render.Result;

/**
 * What was shredded.
 *
 * @param batch name of the batch
 * @param keys how many keys were destroyed; 0 if that was done before
 */
public record Shredded(String batch, int keys) implements Result {
    @Override
    public Document document() {
        return Document.titled("Shredded " + keys + " keys of " + batch)
                .paragraph(
                        "Its tokens say nothing about anybody any more, and it cannot be replayed. Copies of the keys in"
                                + " backups are beyond this program.")
                .build();
    }
}
