package org.expunge.cli.method;

import static com.google.common.base.Preconditions.checkArgument;

import com.google.common.primitives.Doubles;
import org.expunge.influence.curvature.DampingRule;

/**
 * λ as it is written on the command line.
 *
 * @param text {@code VALUE} or {@code relative:SHARE}
 */
record Damping(String text) {
    private static final String RELATIVE = "relative:";

    Damping {
        number(text);
    }

    /** Returns how λ of a layer follows from its eigenvalues. */
    DampingRule rule() {
        double number = number(text);
        return text.startsWith(RELATIVE) ? DampingRule.relativeToMean(number) : DampingRule.fixed(number);
    }

    /** Returns λ of a curvature that is known by its products. */
    double value() {
        checkArgument(!text.startsWith(RELATIVE), "--damping %s needs eigenvalues; give a number", text);
        return number(text);
    }

    private static double number(String text) {
        Double number = Doubles.tryParse(text.startsWith(RELATIVE) ? text.substring(RELATIVE.length()) : text);
        checkArgument(
                number != null && number > 0 && Double.isFinite(number),
                "--damping must be a number above 0 or relative:SHARE, got %s",
                text);
        return number;
    }
}
