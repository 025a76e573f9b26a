package org.expunge.cli.render;

import java.util.Locale;

/** Numbers as people read them; JSON carries them in full. */
public final class Numbers {
    private Numbers() {}

    /** Returns a share of 1 as a percentage with one decimal; a dash if it is not known. */
    public static String percent(double share) {
        return Double.isNaN(share) ? "-" : String.format(Locale.ROOT, "%.1f %%", 100 * share);
    }

    /** Returns a number with three decimals, or in powers of ten where those would hide it; a dash if not known. */
    public static String decimal(double value) {
        if (Double.isNaN(value)) {
            return "-";
        }
        double size = Math.abs(value);
        boolean isPlain = size == 0 || (size >= 1e-3 && size < 1e6);
        return String.format(Locale.ROOT, isPlain ? "%.3f" : "%.2e", value);
    }

    /** Returns seconds with one decimal. */
    public static String seconds(double seconds) {
        return String.format(Locale.ROOT, "%.1f s", seconds);
    }
}
