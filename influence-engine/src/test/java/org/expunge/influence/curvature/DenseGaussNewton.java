package org.expunge.influence.curvature;

import org.expunge.influence.compute.Buffer;
import org.expunge.influence.compute.Compute;
import org.expunge.influence.compute.Loss;
import org.expunge.influence.compute.reference.ReferenceCompute;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.network.GradientSum;
import org.expunge.influence.network.Model;
import org.expunge.influence.network.Network;
import org.expunge.influence.network.Pass;
import org.expunge.influence.network.Tensors;
import org.expunge.influence.network.Weights;

/** The Gauss-Newton matrix written out: one backward pass an output, then {@code Jᵀ Λ J} by loops. */
final class DenseGaussNewton {
    private DenseGaussNewton() {}

    /** Returns {@code (1/n) Σ J_iᵀ Λ_i J_i}, {@code p × p}. */
    static double[][] of(Model model, Dataset data) {
        int p = model.network().layout().length();
        double[][] matrix = new double[p][p];
        try (Compute compute = new ReferenceCompute();
                Weights weights = Weights.of(compute, model);
                Pass pass = new Pass(compute, weights, 1)) {
            for (int i = 0; i < data.size(); i++) {
                pass.load(data, new int[] {i}, 0, 1);
                pass.forward();
                add(jacobian(pass), hessian(pass), 1.0 / data.size(), matrix);
            }
        }
        return matrix;
    }

    private static double[][] jacobian(Pass pass) {
        Network network = pass.network();
        double[][] rows = new double[network.outputs()][];
        for (int k = 0; k < rows.length; k++) {
            try (Tensors gradient = new Tensors(pass.compute(), network.layout())) {
                Buffer delta = pass.outputDelta();
                pass.compute().fill(delta, 0, rows.length, 0);
                pass.compute().fill(delta, k, 1, 1);
                pass.backward(new GradientSum(gradient));
                rows[k] = gradient.read();
            }
        }
        return rows;
    }

    private static double[][] hessian(Pass pass) {
        Loss loss = pass.network().loss();
        double[] mean = pass.predictions()[0];
        int outputs = mean.length;
        double[][] hessian = new double[outputs][outputs];
        for (int k = 0; k < outputs; k++) {
            for (int l = 0; l < outputs; l++) {
                double same = k == l ? 1 : 0;
                hessian[k][l] = switch (loss) {
                    case SOFTMAX_CROSS_ENTROPY -> mean[k] * (same - mean[l]);
                    case SIGMOID_CROSS_ENTROPY -> same * mean[k] * (1 - mean[k]);
                    case MEAN_SQUARED_ERROR -> same * 2 / outputs;
                    case SQUARED_ERROR -> same * 2;
                };
            }
        }
        return hessian;
    }

    private static void add(double[][] j, double[][] lambda, double scale, double[][] matrix) {
        for (int k = 0; k < j.length; k++) {
            for (int l = 0; l < j.length; l++) {
                for (int a = 0; a < matrix.length; a++) {
                    for (int b = 0; b < matrix.length; b++) {
                        matrix[a][b] += scale * j[k][a] * lambda[k][l] * j[l][b];
                    }
                }
            }
        }
    }
}
