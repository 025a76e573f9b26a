package org.expunge.unlearning.policy;

import java.util.function.Function;
import org.expunge.unlearning.Cost;
import org.expunge.unlearning.ForgetSet;
import org.expunge.unlearning.UnlearningMethod;

/** One rung of a ladder. */
public sealed interface Rung {
    /** Returns the method's name, as in reports. */
    String name();

    /**
     * A method that can be tried.
     *
     * @param name its name
     * @param prediction the most that it will cost for a request; seconds are not used
     * @param method makes it, when its turn comes; an {@link IllegalArgumentException} refuses the request
     */
    record Usable(String name, Function<ForgetSet, Cost> prediction, Factory method) implements Rung {}

    /**
     * A method that cannot be used here.
     *
     * @param name its name
     * @param reason why, as a sentence
     */
    record Unusable(String name, String reason) implements Rung {}

    /** Makes a method. */
    @FunctionalInterface
    interface Factory {
        /** Makes it. */
        UnlearningMethod make();
    }
}
