package org.expunge.cli.work;

import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.expunge.cli.render.Document;
import org.expunge.cli.render.Table;
import org.expunge.influence.backend.CudaSupport;
import org.expunge.influence.compute.cuda.DeviceInfo;
import org.expunge.influence.compute.cuda.driver.Libraries.Library;
import org.expunge.influence.compute.cuda.driver.Nvrtc;

/**
 * What a machine has for computing on a GPU.
 *
 * @param devices its GPUs
 * @param libraries CUDA's libraries that were found: what each is, and its file
 * @param obstacles why the backend cannot run here; empty if it can
 */
public record CudaReport(List<Device> devices, SortedMap<String, String> libraries, List<String> obstacles) {
    private static final int MEBIBYTE = 20;

    /**
     * A GPU.
     *
     * @param number as {@code --device} takes it
     * @param name as the driver says it
     * @param capability its compute capability, such as 9.0
     * @param memoryMiB its memory
     * @param multiprocessors how many it has
     * @param driver the newest CUDA that the driver serves, such as 12.9
     */
    public record Device(
            int number, String name, String capability, long memoryMiB, int multiprocessors, String driver) {
        private static Device of(DeviceInfo info) {
            return new Device(
                    info.ordinal(),
                    info.name(),
                    info.major() + "." + info.minor(),
                    info.memory() >> MEBIBYTE,
                    info.multiprocessors(),
                    version(info.driver()));
        }

        @Override
        public String toString() {
            return "device " + number + ": " + name + ", compute capability " + capability + ", " + memoryMiB + " MiB, "
                    + multiprocessors + " multiprocessors, driver for CUDA " + driver;
        }
    }

    /** Reports on what was found. */
    static CudaReport of(CudaSupport support) {
        SortedMap<String, String> libraries = new TreeMap<>();
        support.libraries()
                .forEach((library, file) -> libraries.put(
                        library == Library.COMPILER
                                ? library.title() + " " + version(Nvrtc.version())
                                : library.title(),
                        file));
        return new CudaReport(support.devices().stream().map(Device::of).toList(), libraries, support.obstacles());
    }

    private static String version(int number) {
        return number / 1000 + "." + number % 1000 / 10;
    }

    /** Returns devices, libraries and obstacles, a line each. */
    Document document() {
        Table.Builder rows = Table.of();
        devices.forEach(device -> rows.row("GPU", device.toString()));
        libraries.forEach(rows::row);
        Document.Builder document = Document.titled("CUDA").table(rows.build());
        obstacles.forEach(document::paragraph);
        return document.build();
    }
}
