package org.expunge.influence.testkit;

import static org.assertj.core.api.Assumptions.assumeThat;

import com.sun.jna.Function;
import com.sun.jna.NativeLibrary;
import java.nio.file.Path;
import java.util.List;
import org.expunge.influence.compute.cuda.driver.Libraries;

/** What the emulator counts since the program began, of calls of the driver. */
public final class EmulatorCounts {
    private static final int SUCCESS = 0;

    private static final List<String> CALLS = List.of(
            "launches",
            "library_calls",
            "graph_launches",
            "fills",
            "device_copies",
            "copies_to_device",
            "copies_to_host",
            "event_records",
            "stream_waits",
            "synchronizations");

    private EmulatorCounts() {}

    /** Skips the test where nothing counts. */
    public static void assumeCounted() {
        assumeThat(CudaTesting.isEmulated()).as("an emulator, which counts").isTrue();
    }

    /** Returns how often the host has waited. */
    public static long waits() {
        return count("synchronizations");
    }

    /** Returns how many copies to the device were asked for. */
    public static long copies() {
        return count("copies_to_device");
    }

    /** Returns the bytes of all copies to the device. */
    public static long copiedBytes() {
        return count("bytes_of_copies_to_device");
    }

    /** Returns how often products were asked for in groups. */
    public static long groups() {
        return count("grouped_products");
    }

    /** Returns whether the device has reached an event. */
    public static boolean isReached(long event) {
        return function("cuEventQuery").invokeInt(new Object[] {event}) == SUCCESS;
    }

    /**
     * Returns how often anything was given to a stream or waited for; a call of a library counts as one, however many
     * kernels it starts.
     */
    public static long calls() {
        return CALLS.stream().mapToLong(EmulatorCounts::count).sum();
    }

    private static long count(String name) {
        return function("expunge_emulator_count").invokeLong(new Object[] {name});
    }

    private static Function function(String name) {
        String library =
                Path.of(System.getProperty(Libraries.FOLDERS), "libcuda.so.1").toString();
        return NativeLibrary.getInstance(library).getFunction(name);
    }
}
