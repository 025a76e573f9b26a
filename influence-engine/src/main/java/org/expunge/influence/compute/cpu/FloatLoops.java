package org.expunge.influence.compute.cpu;

/**
 * The element loops, one method each, in the forms that C2 vectorises.
 *
 * <p>The first {@code n} numbers are meant unless there is a range. Arrays may coincide, for every read is at the index
 * written.
 */
final class FloatLoops {
    /*
     * Forms (JDK 17, AVX-512, arrays in L1, ns an element). A loop over float[] is vectorised only when every access has
     * the same index, up to constant multiples of a vector: y[i] += x[i] 0.07, y[i] += x[i + p] 0.30. So data that lie
     * elsewhere are first copied to the same index of a scratch array (System.arraycopy 0.04). Choices are arithmetic:
     * Math.max 0.07, x > 0 ? y : 0 0.37, `isPositive` below 0.17. Short loops pay some 5 ns, so callers hand over runs of
     * hundreds. A long body (four maxima and three masks: 5 ns) is cut in two.
     */

    /** Two of it bring every positive float, subnormal ones included, above 1. */
    private static final float HUGE = 1e38f;

    private FloatLoops() {}

    /** 1 for z &gt; 0, 0 for z ≤ 0, NaN for NaN. */
    private static float isPositive(float z) {
        return Math.min(1f, Math.max(z, 0f) * HUGE * HUGE);
    }

    static void relu(float[] z, float[] to, int n) {
        for (int i = 0; i < n; i++) {
            to[i] = Math.max(z[i], 0f);
        }
    }

    static void reluDerivative(float[] z, float[] v, float[] to, int n) {
        for (int i = 0; i < n; i++) {
            to[i] = v[i] * isPositive(z[i]);
        }
    }

    static void leakyRelu(float[] z, float slope, float[] to, int n) {
        for (int i = 0; i < n; i++) {
            to[i] = Math.max(z[i], 0f) + slope * Math.min(z[i], 0f);
        }
    }

    static void leakyReluDerivative(float[] z, float slope, float[] v, float[] to, int n) {
        for (int i = 0; i < n; i++) {
            float isNegative = isPositive(-z[i]);
            to[i] = v[i] * (1f - isNegative + slope * isNegative);
        }
    }

    static void add(float[] x, float[] y, float[] to, int n) {
        for (int i = 0; i < n; i++) {
            to[i] = x[i] + y[i];
        }
    }

    static void multiply(float[] x, float[] y, float[] to, int n) {
        for (int i = 0; i < n; i++) {
            to[i] = x[i] * y[i];
        }
    }

    /** {@code sums[i] += x[i]²}. */
    static void addSquares(float[] x, float[] sums, int n) {
        for (int i = 0; i < n; i++) {
            sums[i] += x[i] * x[i];
        }
    }

    static void addScaled(float[] x, float alpha, float[] y, int n) {
        for (int i = 0; i < n; i++) {
            y[i] += alpha * x[i];
        }
    }

    static void scale(float alpha, float[] x, int n) {
        for (int i = 0; i < n; i++) {
            x[i] *= alpha;
        }
    }

    static void addConstant(float value, float[] x, int from, int to) {
        for (int i = from; i < to; i++) {
            x[i] += value;
        }
    }

    static void scaleShift(float scale, float shift, float[] x, float[] to, int from, int end) {
        for (int i = from; i < end; i++) {
            to[i] = scale * x[i] + shift;
        }
    }

    /** {@code y[i] += x[i]} for {@code from ≤ i < to}. */
    static void addRange(float[] x, float[] y, int from, int to) {
        for (int i = from; i < to; i++) {
            y[i] += x[i];
        }
    }

    /** {@code y[i] = max(y[i], x[i])}. */
    static void max(float[] x, float[] y, int n) {
        for (int i = 0; i < n; i++) {
            y[i] = Math.max(y[i], x[i]);
        }
    }

    /** {@code s[i] = slot} where {@code x[i] = max[i]}, else unchanged; {@code x ≤ max} everywhere. */
    static void markWhereEqual(float[] x, float[] max, float slot, float[] s, int n) {
        for (int i = 0; i < n; i++) {
            float isLess = Math.min(1f, (max[i] - x[i]) * HUGE * HUGE);
            s[i] = slot + isLess * (s[i] - slot);
        }
    }

    /** {@code to[i] = s[i] == slot ? x[i] : 0}, for slots that are whole numbers. */
    static void selectSlot(float[] s, float[] x, float slot, float[] to, int n) {
        for (int i = 0; i < n; i++) {
            to[i] = x[i] * (1f - Math.min(1f, Math.abs(s[i] - slot)));
        }
    }
}
