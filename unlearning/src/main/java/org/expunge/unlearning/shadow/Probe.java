package org.expunge.unlearning.shadow;

import org.expunge.influence.compute.Engine;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.network.Model;

/** What is measured of every candidate under a model. */
interface Probe {
    /**
     * A probe for one run.
     *
     * @param learned the candidates as they are trained on
     * @param measurement what is measured of them
     */
    record Prepared(Dataset learned, Measurement measurement) {}

    /** Measures one model. */
    @FunctionalInterface
    interface Measurement {
        /** Returns one number a candidate. */
        double[] of(Model model);
    }

    /** Prepares one run. */
    Prepared prepare(Engine engine, ShadowSetting setting, long seed);

    /** What it is, for the cache. */
    String identity();
}
