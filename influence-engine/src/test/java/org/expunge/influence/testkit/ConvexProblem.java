package org.expunge.influence.testkit;

import java.util.Arrays;
import java.util.Random;
import org.expunge.influence.compute.Loss;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.data.Features;
import org.expunge.influence.data.Shape;
import org.expunge.influence.data.Targets;
import org.expunge.influence.network.Model;
import org.expunge.influence.network.Network;
import org.expunge.influence.network.layer.Dense;

/**
 * Ridge or logistic regression without an intercept, solved by its own Newton iterations on its own formulas: what
 * models trained anew would be, to rounding. A row's loss is {@code (xᵀθ − y)²}, or the cross-entropy of
 * {@code σ(xᵀθ)}.
 */
public final class ConvexProblem {
    private static final int NEWTON_STEPS = 60;

    private final double[][] x;
    private final double[] y;
    private final double l2;
    private final boolean isLogistic;

    private ConvexProblem(double[][] x, double[] y, double l2, boolean isLogistic) {
        this.x = x;
        this.y = y;
        this.l2 = l2;
        this.isLogistic = isLogistic;
    }

    /** Draws normal features of unequal size and noisy answers. */
    public static ConvexProblem ridge(int rows, int features, double l2, long seed) {
        return draw(rows, features, l2, seed, false);
    }

    /** Draws normal features of unequal size and labels that overlap. */
    public static ConvexProblem logistic(int rows, int features, double l2, long seed) {
        return draw(rows, features, l2, seed, true);
    }

    private static ConvexProblem draw(int rows, int features, double l2, long seed, boolean isLogistic) {
        Random random = new Random(seed);
        double[][] x = new double[rows][features];
        double[] y = new double[rows];
        for (int i = 0; i < rows; i++) {
            double z = random.nextGaussian();
            for (int f = 0; f < features; f++) {
                x[i][f] = random.nextGaussian() / (1 + 0.3 * f);
                z += x[i][f] * (f % 2 == 0 ? 1 : -1);
            }
            y[i] = !isLogistic ? z : z > 0 ? 1 : 0;
        }
        return new ConvexProblem(x, y, l2, isLogistic);
    }

    /** Returns the number of rows. */
    public int rows() {
        return x.length;
    }

    /** Returns the decay. */
    public double l2() {
        return l2;
    }

    /** Returns the features of a row. */
    public double[] features(int row) {
        return x[row].clone();
    }

    /** Returns weights of {@code 1/n} a row. */
    public double[] equalWeights() {
        double[] weights = new double[x.length];
        Arrays.fill(weights, 1.0 / x.length);
        return weights;
    }

    /** Returns {@code argmin Σ_i weights_i ℓ_i(θ) + ½ l2 ‖θ‖²}. */
    public double[] optimum(double[] weights) {
        double[] theta = new double[x[0].length];
        for (int step = 0; step < (isLogistic ? NEWTON_STEPS : 1); step++) {
            double[] move = DenseSolve.solve(hessian(theta, weights), gradient(theta, weights));
            for (int f = 0; f < theta.length; f++) {
                theta[f] -= move[f];
            }
        }
        return theta;
    }

    /** Returns the gradient of {@code Σ_i weights_i ℓ_i + ½ l2 ‖θ‖²}. */
    public double[] gradient(double[] theta, double[] weights) {
        double[] gradient = new double[theta.length];
        for (int i = 0; i < x.length; i++) {
            double z = z(i, theta);
            double slope = isLogistic ? ClosedForms.sigmoid(z) - y[i] : 2 * (z - y[i]);
            for (int f = 0; f < theta.length; f++) {
                gradient[f] += weights[i] * slope * x[i][f];
            }
        }
        for (int f = 0; f < theta.length; f++) {
            gradient[f] += l2 * theta[f];
        }
        return gradient;
    }

    /** Returns the Hessian of {@code Σ_i weights_i ℓ_i + ½ l2 ‖θ‖²}. */
    public double[][] hessian(double[] theta, double[] weights) {
        int d = theta.length;
        double[][] hessian = new double[d][d];
        for (int i = 0; i < x.length; i++) {
            double p = ClosedForms.sigmoid(z(i, theta));
            double curvature = weights[i] * (isLogistic ? p * (1 - p) : 2);
            for (int f = 0; f < d; f++) {
                for (int g = 0; g < d; g++) {
                    hessian[f][g] += curvature * x[i][f] * x[i][g];
                }
            }
        }
        for (int f = 0; f < d; f++) {
            hessian[f][f] += l2;
        }
        return hessian;
    }

    private double z(int row, double[] theta) {
        double z = 0;
        for (int f = 0; f < theta.length; f++) {
            z += x[row][f] * theta[f];
        }
        return z;
    }

    /** Returns the model with these parameters. */
    public Model model(double[] theta) {
        Network network = Network.builder(Shape.flat(theta.length))
                .add("output", new Dense(1, false))
                .build(isLogistic ? Loss.SIGMOID_CROSS_ENTROPY : Loss.SQUARED_ERROR);
        return new Model(network, theta, new double[0]);
    }

    /** Returns the rows. */
    public Dataset data() {
        double[] flat = Arrays.stream(x).flatMapToDouble(Arrays::stream).toArray();
        int d = x[0].length;
        return Dataset.of("convex", Shape.flat(d), Features.of(flat, d), Targets.real(y, 1));
    }
}
