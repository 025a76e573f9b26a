package org.expunge.influence.testkit;

import java.util.concurrent.atomic.AtomicInteger;
import org.expunge.influence.compute.RowSource;

/**
 * Rows that fail when they are read.
 *
 * @param rows what is read otherwise
 * @param times how many reads fail before the next that does not; may be set anew
 * @param failure how
 */
public record FailingRows(StoredRows rows, AtomicInteger times, RuntimeException failure) implements RowSource {
    @Override
    public int width() {
        return rows.width();
    }

    @Override
    public void read(int row, double[] into, int offset) {
        if (times.getAndDecrement() > 0) {
            throw failure;
        }
        rows.read(row, into, offset);
    }

    @Override
    public Object origin() {
        return rows.origin();
    }

    @Override
    public int originRows() {
        return rows.originRows();
    }

    @Override
    public int originRow(int row) {
        return rows.originRow(row);
    }
}
