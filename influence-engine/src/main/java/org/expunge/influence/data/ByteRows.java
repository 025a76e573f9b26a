package org.expunge.influence.data;

import java.util.List;
import org.expunge.influence.io.BadInputException;

/** Joins the rows that a reader collected into one array of bytes. */
final class ByteRows {
    private ByteRows() {}

    /** Refuses more values than an array can hold; {@code source} is named then. */
    static int checkedSize(long rows, int width, String source) throws BadInputException {
        if (rows * width > Integer.MAX_VALUE - 8) {
            throw new BadInputException(
                    source,
                    rows + " rows of " + width
                            + " values are more than one data set can hold; use fewer rows or smaller" + " images");
        }
        return (int) rows * width;
    }

    static Features join(List<byte[]> rows, int width, String source) throws BadInputException {
        byte[] all = new byte[checkedSize(rows.size(), width, source)];
        for (int i = 0; i < rows.size(); i++) {
            System.arraycopy(rows.get(i), 0, all, i * width, width);
        }
        return StoredFeatures.ofBytes(all, width, 1);
    }
}
