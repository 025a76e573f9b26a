package org.expunge.cli.method;

import java.util.HashMap;
import java.util.Map;
import java.util.function.Supplier;
import org.expunge.cli.render.Console;

/** What is fitted once for several engines: the first that needs it fits it, and the others wait for that. */
final class Fits {
    private final Console console;
    private final Map<Object, Supplier<?>> outcomes = new HashMap<>();

    /** @param console takes progress, whoever fits */
    Fits(Console console) {
        this.console = console;
    }

    Console console() {
        return console;
    }

    /**
     * Returns what was fitted under a key, or fits it. A fit that failed fails again.
     *
     * @param key all that decides it; always of the same type of fit
     */
    @SuppressWarnings("unchecked") // a key has one type of fit
    synchronized <T> T of(Object key, Supplier<T> fit) {
        Supplier<?> outcome = outcomes.get(key);
        if (outcome == null) {
            outcome = attempt(fit);
            outcomes.put(key, outcome);
        }
        return (T) outcome.get();
    }

    private static <T> Supplier<T> attempt(Supplier<T> fit) {
        try {
            T fitted = fit.get();
            return () -> fitted;
        } catch (RuntimeException e) {
            return () -> {
                throw e;
            };
        }
    }
}
