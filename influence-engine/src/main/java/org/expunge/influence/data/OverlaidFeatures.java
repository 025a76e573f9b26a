package org.expunge.influence.data;

import static com.google.common.base.Preconditions.checkArgument;
import static com.google.common.base.Preconditions.checkElementIndex;

import java.util.HashMap;
import java.util.Map;

/** Features in which some rows have other values. */
final class OverlaidFeatures implements Features {
    private final Features base;
    private final Map<Integer, double[]> replaced;

    private OverlaidFeatures(Features base, Map<Integer, double[]> replaced) {
        this.base = base;
        this.replaced = replaced;
    }

    static OverlaidFeatures of(Features base, Map<Integer, double[]> replaced) {
        Map<Integer, double[]> copies = new HashMap<>();
        replaced.forEach((row, values) -> {
            checkElementIndex(row, base.rows(), "row");
            checkArgument(
                    values.length == base.width(),
                    "the new row %s has %s values but a row has %s",
                    row,
                    values.length,
                    base.width());
            for (int j = 0; j < values.length; j++) {
                checkArgument(Double.isFinite(values[j]), "the new row %s holds %s in column %s", row, values[j], j);
            }
            copies.put(row, values.clone());
        });
        return new OverlaidFeatures(base, copies);
    }

    @Override
    public int rows() {
        return base.rows();
    }

    @Override
    public int width() {
        return base.width();
    }

    @Override
    public void read(int row, double[] into, int offset) {
        double[] values = replaced.get(row);
        if (values == null) {
            base.read(row, into, offset);
        } else {
            System.arraycopy(values, 0, into, offset, values.length);
        }
    }
}
