package org.expunge.influence.network.dl4j;

import java.util.Arrays;
import org.expunge.influence.compute.Engine;
import org.expunge.influence.compute.WorkerSums;
import org.expunge.influence.compute.Workers;
import org.expunge.influence.compute.reference.ReferenceCompute;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.network.GradientSum;
import org.expunge.influence.network.Model;
import org.expunge.influence.network.Passes;
import org.expunge.influence.network.Tensors;
import org.expunge.influence.network.Weights;

/** What our layers make of a model, on the reference backend in inference. */
final class OurNet {
    private final double[][] predictions;
    private final double meanLoss;
    private final double[] gradientSum;

    private OurNet(double[][] predictions, double meanLoss, double[] gradientSum) {
        this.predictions = predictions;
        this.meanLoss = meanLoss;
        this.gradientSum = gradientSum;
    }

    static OurNet run(Model model, Dataset data) {
        double[][] predictions = new double[data.size()][];
        try (Engine engine = new Engine(new ReferenceCompute(), new Workers(1), 3);
                Weights weights = Weights.of(engine.compute(), model);
                Tensors sums = new Tensors(engine.compute(), model.network().layout());
                Passes passes = new Passes(engine, weights);
                WorkerSums losses = new WorkerSums(engine, data.size())) {
            sums.clear();
            passes.forEachTile(data, (worker, pass, from) -> {
                double[][] rows = pass.predictions();
                System.arraycopy(rows, 0, predictions, from, rows.length);
                pass.losses(losses.of(worker), from);
                pass.lossDelta();
                pass.backward(new GradientSum(sums));
            });
            return new OurNet(
                    predictions, Arrays.stream(losses.toArray()).average().orElseThrow(), sums.read());
        }
    }

    double[][] predictions() {
        return predictions;
    }

    double meanLoss() {
        return meanLoss;
    }

    double[] gradientSum() {
        return gradientSum;
    }
}
