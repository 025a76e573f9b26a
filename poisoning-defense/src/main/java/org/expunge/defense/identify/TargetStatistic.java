package org.expunge.defense.identify;

import java.util.List;
import org.expunge.influence.data.Dataset;

/** Something measured of inputs that is large where an input may be the target of an attack. */
@FunctionalInterface
public interface TargetStatistic {
    /**
     * Measures inputs. What is measured of an input depends on the training rows and on that input alone, so that
     * calibration rows and inputs may be measured together.
     *
     * @param train the model's training rows, normalised as it was trained
     * @param inputs n inputs, normalised alike; their labels are not looked at
     * @param predicted their predicted classes
     * @return one or more statistics of the n inputs, with names that differ
     */
    List<Measured> measure(Dataset train, Dataset inputs, int[] predicted);
}
