package org.expunge.influence.data;

import com.google.common.primitives.Doubles;
import com.google.common.primitives.Ints;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import org.expunge.influence.io.Csv;
import org.expunge.influence.io.Inputs;

/**
 * The data sets that travel inside the jar.
 *
 * <p><b>Source.</b> UCI Machine Learning Repository, CC BY 4.0: E. Alpaydin and C. Kaynak, "Optical Recognition of
 * Handwritten Digits" (its test part), 1998; W. Wolberg, O. Mangasarian, N. Street and W. Street, "Breast Cancer
 * Wisconsin (Diagnostic)", 1993.
 */
final class EmbeddedData {
    private static final Shape DIGITS_SHAPE = new Shape(1, 8, 8);
    private static final int DIGITS = 10;
    /** Many times either file. */
    private static final long MAX_BYTES = 1L << 24;

    private EmbeddedData() {}

    /** Reads 1 797 grey images of 8 × 8 pixels in 0 to 16, rows {@code digits-0} and on. */
    static Dataset digits() throws IOException {
        List<byte[]> pixels = new ArrayList<>();
        List<Integer> labels = new ArrayList<>();
        try (Csv csv = open("digits.csv.gz")) {
            for (List<String> cells = csv.next(); cells != null; cells = csv.next()) {
                byte[] row = new byte[DIGITS_SHAPE.length()];
                for (int j = 0; j < row.length; j++) {
                    row[j] = Byte.parseByte(cells.get(j));
                }
                pixels.add(row);
                labels.add(Integer.valueOf(cells.get(row.length)));
            }
        }
        Features features = ByteRows.join(pixels, DIGITS_SHAPE.length(), "digits");
        return named("digits", DIGITS_SHAPE, features, Targets.classes(Ints.toArray(labels), DIGITS));
    }

    /** Reads 569 rows of 30 measurements; class 0 is malignant. Rows {@code breast-cancer-0} and on. */
    static Dataset breastCancer() throws IOException {
        List<Double> values = new ArrayList<>();
        List<Integer> labels = new ArrayList<>();
        int width = 30;
        try (Csv csv = open("breast_cancer.csv.gz")) {
            for (List<String> cells = csv.next(); cells != null; cells = csv.next()) {
                cells.subList(0, width).forEach(cell -> values.add(Double.valueOf(cell)));
                labels.add(Integer.valueOf(cells.get(width)));
            }
        }
        Features features = StoredFeatures.ofDoubles(Doubles.toArray(values), width);
        return named("breast-cancer", Shape.flat(width), features, Targets.classes(Ints.toArray(labels), 2))
                .withClassNames(List.of("malignant", "benign"));
    }

    private static Dataset named(String name, Shape shape, Features features, Targets targets) {
        return Dataset.of(name, shape, features, targets)
                .withIds(RowIds.numbered(name, features.rows()).list());
    }

    private static Csv open(String resource) throws IOException {
        InputStream in = EmbeddedData.class.getResourceAsStream(resource);
        if (in == null) {
            throw new FileNotFoundException("the jar lacks " + resource + "; build it again");
        }
        return Csv.open(Inputs.open(in, resource, MAX_BYTES), resource, Csv.Options.CSV);
    }
}
