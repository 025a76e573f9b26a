package org.expunge.unlearning;

import java.util.Random;
import java.util.stream.IntStream;
import org.expunge.influence.compute.Loss;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.data.Features;
import org.expunge.influence.data.Shape;
import org.expunge.influence.data.Targets;
import org.expunge.influence.network.Model;
import org.expunge.influence.network.Network;
import org.expunge.influence.network.layer.Dense;

/** Linear regression of two outputs, trained by its normal equations. */
public final class LeastSquares {
    /** Inputs. */
    public static final int D = 3;

    private LeastSquares() {}

    /** Returns rows of uniform random numbers. */
    public static Dataset rows(int count, long seed) {
        Random random = new Random(seed);
        double[] x = random.doubles((long) count * D, -1, 1).toArray();
        double[] y = random.doubles(count * 2L, -1, 1).toArray();
        return Dataset.of("regression", Shape.flat(D), Features.of(x, D), Targets.real(y, 2));
    }

    /** Minimises {@code (1/n) Σ ‖Wx + b − y‖² / 2 + ½ l2 ‖W‖²}. */
    public static Model fit(Dataset data, double l2) {
        double[] x = new double[D + 1];
        double[] y = new double[2];
        double[][] normal = new double[D + 1][D + 1];
        double[][] right = new double[2][D + 1];
        for (int i = 0; i < data.size(); i++) {
            data.features().read(i, x, 0);
            x[D] = 1;
            data.targets().read(i, y, 0);
            for (int a = 0; a <= D; a++) {
                right[0][a] += x[a] * y[0] / data.size();
                right[1][a] += x[a] * y[1] / data.size();
                for (int b = 0; b <= D; b++) {
                    normal[a][b] += x[a] * x[b] / data.size();
                }
            }
        }
        IntStream.range(0, D).forEach(a -> normal[a][a] += l2);
        double[] parameters = new double[2 * (D + 1)];
        for (int k = 0; k < 2; k++) {
            double[] w = Problems.solve(normal, right[k]);
            System.arraycopy(w, 0, parameters, k * D, D);
            parameters[2 * D + k] = w[D];
        }
        Network network =
                Network.builder(Shape.flat(D)).add("linear", new Dense(2)).build(Loss.MEAN_SQUARED_ERROR);
        return new Model(network, parameters, new double[0]);
    }

    /** Returns how far the parameters of two models are apart. */
    public static double distance(Model a, Model b) {
        double[] x = a.parameters();
        double[] y = b.parameters();
        return Math.sqrt(IntStream.range(0, x.length)
                .mapToDouble(i -> (x[i] - y[i]) * (x[i] - y[i]))
                .sum());
    }
}
