package org.expunge.cli.unlearn;

import java.io.IOException;
import org.expunge.unlearning.UnlearningMethod;

/** Makes a method whose options are read, for a run that is open. */
@FunctionalInterface
public interface RemovalRecipe {
    /**
     * Makes the method.
     *
     * @param bench what it is built from
     * @return the method
     * @throws IOException if something that is needed cannot be read
     */
    UnlearningMethod on(RemovalBench bench) throws IOException;
}
