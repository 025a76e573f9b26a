package org.expunge.benchmarks.defense;

import org.expunge.defense.attack.Attack;
import org.expunge.influence.compute.Engine;
import org.expunge.influence.data.Normalizer;
import org.expunge.influence.data.Partition;
import org.expunge.influence.network.Model;

/** Fits an attack to the rows of one seed. */
@FunctionalInterface
interface AttackMaker {
    /**
     * What an attacker may know.
     *
     * @param engine to compute with
     * @param parts raw rows
     * @param surrogate a model trained on the clean rows
     * @param scale the normaliser of that model
     * @param folder of the setting's data
     * @param seed decides what is drawn
     */
    record Victim(Engine engine, Partition parts, Model surrogate, Normalizer scale, String folder, long seed) {}

    /** Makes the attack. */
    Attack make(Victim victim);
}
