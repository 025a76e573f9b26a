package org.expunge.defense.trace;

import java.util.Random;
import java.util.stream.IntStream;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.data.Features;
import org.expunge.influence.data.Shape;
import org.expunge.influence.data.Targets;

/**
 * Rows and inputs are numbers; an input above 100 rests on the rows above 100 that share its hundreds, in a world where
 * every input leans to the rows below 10, whatever it is.
 */
final class PlantedAffinity {
    private PlantedAffinity() {}

    static Affinity planted() {
        return Affinity.named("planted", PlantedAffinity::compared);
    }

    private static double[][] compared(Dataset train, Dataset inputs) {
        return IntStream.range(0, inputs.size())
                .mapToObj(q -> {
                    double x = inputs.row(q)[0];
                    Random noise = new Random(Double.hashCode(x));
                    return IntStream.range(0, train.size())
                            .mapToDouble(i -> 0.1 * noise.nextGaussian() + affinity(x, train.row(i)[0]))
                            .toArray();
                })
                .toArray(double[][]::new);
    }

    private static double affinity(double input, double row) {
        if (row < 10) {
            return 3;
        }
        return input > 100 && (int) (input / 100) == (int) (row / 100) ? 1 : 0;
    }

    static Dataset numbers(String name, double... values) {
        return Dataset.of(name, Shape.flat(1), Features.of(values, 1), Targets.classes(new int[values.length], 3));
    }

    /** 5 rows that everything leans to, 60 usual ones, then 8 planted ones from each hundred. */
    static Dataset train(int... hundreds) {
        return numbers(
                "train",
                IntStream.concat(
                                IntStream.range(5, 70),
                                IntStream.of(hundreds).flatMap(h -> IntStream.range(100 * h, 100 * h + 8)))
                        .mapToDouble(i -> i + 0.5)
                        .toArray());
    }

    static Dataset usual(int count) {
        return numbers(
                "usual",
                IntStream.range(0, count).mapToDouble(i -> 20 + i / 7.0).toArray());
    }
}
