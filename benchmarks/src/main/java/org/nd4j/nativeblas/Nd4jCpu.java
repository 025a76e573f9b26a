package org.nd4j.nativeblas;

/**
 * Stands where DL4J 1.0.0-M2.1 looks for a class that ND4J had moved: without it DL4J's oneDNN helpers are off in every
 * layer, whatever the natives can do. With it, with a {@code -onednn} classifier of {@code nd4j-native} and with
 * {@code -Dorg.eclipse.deeplearning4j.helpers.disable=false} they work, so that timings can show DL4J at its best as
 * well.
 */
public final class Nd4jCpu {
    private Nd4jCpu() {}

    /** What the helpers ask. */
    public static final class Environment {
        private static final Environment INSTANCE = new Environment();

        private Environment() {}

        /** Returns the only instance. */
        public static Environment getInstance() {
            return INSTANCE;
        }

        /** Returns true: the helpers ask before they use oneDNN. */
        public boolean isUseMKLDNN() {
            return true;
        }
    }
}
