package org.expunge.influence.data;

import com.google.common.primitives.Doubles;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What the cells of a table mean. */
final class Cells {
    /** Longer whole numbers could overflow the quick way of reading them. */
    private static final int QUICK_DIGITS = 15;

    /** How other programs write it; Java itself reads the whole word alone. */
    private static final Pattern INFINITE = Pattern.compile("[-+]?inf(inity)?", Pattern.CASE_INSENSITIVE);

    private Cells() {}

    static boolean isMissing(String cell) {
        return cell.isEmpty() || cell.equals("?");
    }

    /** Reads a number, NaN and infinities (without their sign) included; null if it is none. */
    static @Nullable Double number(String cell) {
        if (cell.length() <= QUICK_DIGITS && isDigits(cell)) {
            return (double) Long.parseLong(cell);
        }
        if (INFINITE.matcher(cell).matches()) {
            return Double.POSITIVE_INFINITY;
        }
        // Java alone takes 1d, 1f and 0x1p3 for numbers; in a table they are text
        boolean javaOnly = cell.endsWith("d")
                || cell.endsWith("f")
                || cell.endsWith("D")
                || cell.endsWith("F")
                || cell.indexOf('x') >= 0
                || cell.indexOf('X') >= 0;
        if (javaOnly) {
            return null;
        }
        return cell.equalsIgnoreCase("nan") ? Double.valueOf(Double.NaN) : Doubles.tryParse(cell);
    }

    private static boolean isDigits(String cell) {
        for (int i = 0; i < cell.length(); i++) {
            if (cell.charAt(i) < '0' || cell.charAt(i) > '9') {
                return false;
            }
        }
        return !cell.isEmpty();
    }
}
