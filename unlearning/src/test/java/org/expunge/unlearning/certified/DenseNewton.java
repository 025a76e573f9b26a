package org.expunge.unlearning.certified;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.expunge.unlearning.Problems;

/** Newton's method with the whole Hessian written out: an oracle for small heads, without noise. */
final class DenseNewton {
    private DenseNewton() {}

    static double[] minimise(HeadRows rows, HeadKind kind, double lambda, List<String> without) {
        Set<String> removed = new HashSet<>(without);
        int n = rows.size() - removed.size();
        int k = kind == HeadKind.ONE_VS_REST && rows.classes() == 2 ? 1 : rows.classes();
        int d = rows.width();
        double[] w = new double[k * d];
        for (int iteration = 0; iteration < 50; iteration++) {
            double[] gradient = new double[w.length];
            double[][] hessian = new double[w.length][w.length];
            for (int j = 0; j < w.length; j++) {
                gradient[j] = lambda * n * w[j];
                hessian[j][j] = lambda * n;
            }
            for (int i = 0; i < rows.size(); i++) {
                if (!removed.contains(rows.id(i))) {
                    add(rows, i, kind, k, w, gradient, hessian);
                }
            }
            double[] step = Problems.solve(hessian, gradient);
            for (int j = 0; j < w.length; j++) {
                w[j] -= step[j];
            }
        }
        return w;
    }

    private static void add(
            HeadRows rows, int row, HeadKind kind, int k, double[] w, double[] gradient, double[][] hessian) {
        int d = rows.width();
        double[] z = new double[k];
        double total = 0;
        for (int a = 0; a < k; a++) {
            z[a] = rows.dot(row, w, a * d);
            total += Math.exp(z[a]);
        }
        for (int a = 0; a < k; a++) {
            boolean isOwn = rows.label(row) == (k == 1 ? 1 : a);
            double p = kind == HeadKind.SOFTMAX ? Math.exp(z[a]) / total : 1 / (1 + Math.exp(-z[a]));
            rows.addScaled(row, p - (isOwn ? 1 : 0), gradient, a * d);
            for (int b = 0; b < k; b++) {
                double q = Math.exp(z[b]) / total;
                double weight = a == b ? p * (1 - p) : kind == HeadKind.SOFTMAX ? -p * q : 0;
                for (int j = 0; j < d; j++) {
                    rows.addScaled(row, weight * rows.values()[rows.offset(row) + j], hessian[a * d + j], b * d);
                }
            }
        }
    }
}
