package org.expunge.influence.training;

import org.expunge.influence.data.Dataset;
import org.expunge.influence.network.Model;

/** Softmax regression with plain loops: W is [K, D] and decayed, b follows it and is not. */
final class HandWrittenTraining {
    private HandWrittenTraining() {}

    static double[] run(TrainingOptions options, Model initial, Dataset train) {
        double[] w = initial.parameters();
        double[] m = new double[w.length];
        double[] v = new double[w.length];
        int n = train.size();
        int total = options.totalIterations(n);
        int iteration = 0;
        for (int epoch = 0; epoch < options.epochs(); epoch++) {
            int[] rows = new BatchOrder(options.seed(), n).shuffle(epoch);
            for (int from = 0; from < n; from += options.batchSize()) {
                int to = Math.min(n, from + options.batchSize());
                double[] g = new double[w.length];
                for (int i = from; i < to; i++) {
                    addGradient(w, train, rows[i], g, 1.0 / (to - from));
                }
                double rate = options.schedule().at(iteration, epoch, total);
                iteration++;
                update(options, rate, iteration, w, g, m, v);
            }
        }
        return w;
    }

    private static void addGradient(double[] w, Dataset train, int row, double[] g, double weight) {
        int d = train.features().width();
        int k = train.classes();
        double[] x = new double[d];
        train.features().read(row, x, 0);
        double[] p = new double[k];
        double sum = 0;
        for (int c = 0; c < k; c++) {
            double z = w[k * d + c];
            for (int j = 0; j < d; j++) {
                z += w[c * d + j] * x[j];
            }
            p[c] = Math.exp(z);
            sum += p[c];
        }
        for (int c = 0; c < k; c++) {
            double delta = weight * (p[c] / sum - (c == train.label(row) ? 1 : 0));
            for (int j = 0; j < d; j++) {
                g[c * d + j] += delta * x[j];
            }
            g[k * d + c] += delta;
        }
    }

    private static void update(
            TrainingOptions options, double rate, int step, double[] w, double[] g, double[] m, double[] v) {
        Optimizer o = options.optimizer();
        int weights = TrainingFixtures.CLASSES * TrainingFixtures.WIDTH;
        for (int i = 0; i < w.length; i++) {
            double gi = g[i] + (i < weights ? options.l2() * w[i] : 0);
            double decay = i < weights ? rate * o.weightDecay() * w[i] : 0;
            double mu = o.momentum();
            switch (o.kind()) {
                case SGD -> w[i] -= rate * gi;
                case MOMENTUM -> {
                    m[i] = mu * m[i] + gi;
                    w[i] -= rate * m[i];
                }
                case NESTEROV -> {
                    double before = m[i];
                    m[i] = mu * m[i] - rate * gi;
                    w[i] += (1 + mu) * m[i] - mu * before;
                }
                case ADAM, ADAMW -> {
                    m[i] = o.beta1() * m[i] + (1 - o.beta1()) * gi;
                    v[i] = o.beta2() * v[i] + (1 - o.beta2()) * gi * gi;
                    double correction = Math.sqrt(1 - Math.pow(o.beta2(), step)) / (1 - Math.pow(o.beta1(), step));
                    w[i] -= decay + rate * correction * m[i] / (Math.sqrt(v[i]) + o.epsilon());
                }
            }
        }
    }
}
