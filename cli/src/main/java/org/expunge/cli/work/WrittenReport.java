package org.expunge.cli.work;

import org.expunge.cli.render.Document;
import org.expunge.cli.render.Result;

/**
 * A file, and how much it holds.
 *
 * @param did what was done or found
 * @param file the file
 * @param count how many things it holds
 * @param things what they are
 */
public record WrittenReport(String did, String file, long count, String things) implements Result {
    @Override
    public Document document() {
        return Document.titled(did + " " + file + ", " + count + " " + things).build();
    }
}
