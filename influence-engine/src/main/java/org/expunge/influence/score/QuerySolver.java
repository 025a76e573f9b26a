package org.expunge.influence.score;

import java.util.List;
import java.util.SortedMap;
import org.expunge.influence.network.Network;

/** Finds {@code (C + λI)⁻¹ g_q}. */
interface QuerySolver {
    /** Returns the name of C. */
    String curvature();

    /** Returns how many parameters C is for. */
    int dimension();

    /** Returns λ, the smallest where layers differ. */
    double damping();

    /** Returns the names of the layers that take part. */
    List<String> layers(Network network);

    /** Returns the share of the parameters that take part, in percent. */
    double coveragePercent();

    /** Returns what the answers depend on beside the model and the query. */
    SortedMap<String, String> inputs();

    /**
     * Solves.
     *
     * @param gradient {@code g_q}, left as it was
     * @return the answer, another array
     */
    double[] solve(double[] gradient);

    /** Returns how the solves so far ended. */
    Provenance.Inverse evidence();
}
