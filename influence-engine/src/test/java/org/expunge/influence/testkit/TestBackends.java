package org.expunge.influence.testkit;

import com.google.common.base.Splitter;
import java.util.List;
import java.util.stream.Stream;
import org.expunge.influence.backend.Backends;
import org.expunge.influence.compute.Compute;

/**
 * The backends that tests tagged {@value #TAG} run on: those of the property {@code expunge.test.backends}, names with
 * commas between them, or the reference and the cpu one.
 */
public final class TestBackends {
    /** Tag of tests that run on any backend, and run once more on the cuda one. */
    public static final String TAG = "backends";

    private static final String NAMES = System.getProperty("expunge.test.backends", "reference,cpu");

    private TestBackends() {}

    /** Returns the names for {@link #create}. */
    public static Stream<String> names() {
        return Splitter.on(',').splitToStream(NAMES);
    }

    /**
     * Opens a backend, {@code cpu} standing for the one in float32; a cuda one that this machine cannot have skips the
     * test.
     */
    public static Compute create(String name) {
        return name.equals("reference") ? Backends.create(name) : rounded();
    }

    /** Opens the backend that computes in float32. */
    public static Compute rounded() {
        return names().anyMatch("cuda"::equals) ? CudaTesting.open() : Backends.create("cpu");
    }

    /** Opens so many times the backend that computes in float32, on different devices where it has devices. */
    public static List<? extends Compute> rounded(int count) {
        return names().anyMatch("cuda"::equals)
                ? CudaTesting.openSeveral(count)
                : Stream.generate(TestBackends::rounded).limit(count).toList();
    }
}
