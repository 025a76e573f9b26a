package org.expunge.influence.score.target;

import static com.google.common.base.Preconditions.checkArgument;

import java.util.List;
import org.expunge.influence.compute.Engine;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.data.Features;
import org.expunge.influence.network.Model;
import org.expunge.influence.network.Network;
import org.expunge.influence.network.ParameterLayout;
import org.expunge.influence.network.layer.Dense;

/**
 * Moves rows straight across the decision boundary of a linear model with two classes: {@code x′ = x − γ (wᵀx + b) /
 * (wᵀw) · w}. The margin of x′ is {@code 1 − γ} times that of x. The whole data set moves, also rows that are taken for
 * the wrong class, which an attack would leave.
 *
 * <p><b>Source.</b> S. Moosavi-Dezfooli, A. Fawzi and P. Frossard, "DeepFool", CVPR 2016, section 2, with an overshoot
 * of γ − 1; γ = 1.3 as in A. Chhabra, P. Li, P. Mohapatra and H. Liu, "What Data Benefits My Classifier?", ICLR 2024.
 *
 * @param gamma how far, above 0; beyond 1 the prediction changes
 */
public record AcrossBoundary(double gamma) implements Adversary {
    /** A third beyond the boundary. */
    public static final AcrossBoundary DEFAULT = new AcrossBoundary(1.3);

    /** Checks the range. */
    public AcrossBoundary {
        checkArgument(gamma > 0 && Double.isFinite(gamma), "gamma must be above 0, got %s", gamma);
    }

    @Override
    public String name() {
        return "across-boundary";
    }

    @Override
    public Dataset attack(Engine engine, Model model, Dataset rows) {
        double[] normal = normal(model);
        int d = normal.length - 1;
        double square = 0;
        for (int f = 0; f < d; f++) {
            square += normal[f] * normal[f];
        }
        checkArgument(square > 0, "every weight is 0, so there is no boundary to cross");
        double[] moved = new double[Math.multiplyExact(rows.size(), d)];
        for (int j = 0; j < rows.size(); j++) {
            double[] x = rows.row(j);
            double margin = normal[d];
            for (int f = 0; f < d; f++) {
                margin += normal[f] * x[f];
            }
            for (int f = 0; f < d; f++) {
                moved[j * d + f] = x[f] - gamma * margin / square * normal[f];
            }
        }
        return rows.withFeatures(Features.of(moved, d));
    }

    /** Returns w and, last, b of the boundary; of two softmax outputs, the difference. */
    private static double[] normal(Model model) {
        Network network = model.network();
        List<Network.Node> nodes = network.nodes();
        boolean isLinear = nodes.size() == 1 && nodes.get(0).layer() instanceof Dense;
        checkArgument(
                isLinear && network.outputs() <= 2,
                "the boundary is known in closed form for one dense layer with 1 or 2 outputs only, not for %s layers and"
                        + " %s outputs; attack by gradient signs",
                nodes.size(),
                network.outputs());
        int d = network.input().length();
        double[] normal = new double[d + 1];
        double[] parameters = model.parameters();
        int outputs = network.outputs();
        for (ParameterLayout.Entry entry : network.layout().entries()) {
            boolean isWeight = entry.length() == outputs * d && entry.offset() == 0;
            for (int i = 0; i < entry.length(); i++) {
                int output = isWeight ? i / d : i;
                double sign = outputs == 2 && output == 0 ? -1 : 1;
                normal[isWeight ? i % d : d] += sign * parameters[entry.offset() + i];
            }
        }
        return normal;
    }
}
