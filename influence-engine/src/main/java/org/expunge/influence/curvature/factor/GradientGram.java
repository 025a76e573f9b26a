package org.expunge.influence.curvature.factor;

import static com.google.common.base.Preconditions.checkArgument;

import java.util.ArrayList;
import java.util.List;
import org.expunge.influence.curvature.VectorMath;

/** Some gradients and the products of each pair. A stored gradient is never written again. */
final class GradientGram {
    private final int dimension;
    private final int most;
    private final List<double[]> gradients = new ArrayList<>();
    private final double[] products;
    private int next;

    /**
     * Starts empty.
     *
     * @param dimension p
     * @param most gradients kept; a further one takes the place of the oldest
     */
    GradientGram(int dimension, int most) {
        checkArgument(most >= 1, "at least 1 gradient must be kept, got %s", most);
        this.dimension = dimension;
        this.most = most;
        this.products = new double[Math.multiplyExact(most, most)];
    }

    /** Adds a gradient, which is kept as it is. Costs its products with all others. */
    void add(double[] gradient) {
        checkArgument(
                gradient.length == dimension, "a gradient has %s numbers instead of %s", gradient.length, dimension);
        checkArgument(Double.isFinite(VectorMath.dot(gradient, gradient)), "a gradient is not finite");
        int slot = next;
        next = (next + 1) % most;
        if (slot == gradients.size()) {
            gradients.add(gradient);
        } else {
            gradients.set(slot, gradient);
        }
        for (int i = 0; i < gradients.size(); i++) {
            double product = VectorMath.dot(gradients.get(i), gradient);
            products[slot * most + i] = product;
            products[i * most + slot] = product;
        }
    }

    int dimension() {
        return dimension;
    }

    int size() {
        return gradients.size();
    }

    /** Returns the gradients; a copy of the list. */
    List<double[]> gradients() {
        return List.copyOf(gradients);
    }

    /** Returns {@code G Gᵀ}, {@code m × m} row-major; a copy. */
    double[] products() {
        int m = gradients.size();
        double[] copy = new double[m * m];
        for (int i = 0; i < m; i++) {
            System.arraycopy(products, i * most, copy, i * m, m);
        }
        return copy;
    }
}
