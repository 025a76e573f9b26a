package org.expunge.influence.network;

import static com.google.common.base.Preconditions.checkArgument;

import java.util.List;

/**
 * One tensor of a layer, stored row-major.
 *
 * @param name short name within the layer: {@code W}, {@code b}, {@code gamma}, {@code beta}, {@code mean}, {@code var}
 * @param shape its dimensions
 * @param role what it is for: decides initial value and weight decay
 */
public record TensorSpec(String name, List<Integer> shape, Role role) {
    /** What a tensor is for. */
    public enum Role {
        /** Multiplies inputs: random initial values, decayed. */
        WEIGHT,
        /** Added to outputs: starts at 0, not decayed. */
        BIAS,
        /** Scales a normalised channel, or is a variance: starts at 1, not decayed. */
        SCALE
    }

    /** Copies the shape. */
    public TensorSpec {
        checkArgument(!name.isEmpty(), "a tensor needs a name");
        shape = List.copyOf(shape);
    }

    /** Returns how many numbers the tensor holds. */
    public int length() {
        return shape.stream().mapToInt(Integer::intValue).reduce(1, Math::multiplyExact);
    }

    /**
     * Returns the number of inputs that reach one output. For a weight this is the product of all but the first size.
     */
    public int fanIn() {
        return length() / Math.max(1, shape.get(0));
    }

    /**
     * Returns the number of outputs that one input reaches, as DL4J counts it: the first size times the kernel area.
     */
    public int fanOut() {
        return shape.size() < 2 ? shape.get(0) : length() / Math.max(1, shape.get(1));
    }
}
