package org.expunge.influence.compute.cuda;

import org.expunge.influence.compute.cuda.driver.Driver;
import org.expunge.influence.compute.cuda.driver.Libraries;
import org.expunge.influence.compute.cuda.driver.NativeBlock;

/**
 * What a device is.
 *
 * @param ordinal its number, from 0
 * @param name as the driver says it
 * @param major first part of its compute capability
 * @param minor second part
 * @param multiprocessors how many
 * @param memory bytes of its memory
 * @param driver the CUDA version of the driver, major · 1000 + minor · 10
 */
public record DeviceInfo(int ordinal, String name, int major, int minor, int multiprocessors, long memory, int driver) {
    private static final int NAME_LENGTH = 256;

    /**
     * Opens the driver and counts its devices.
     *
     * @throws org.expunge.influence.compute.cuda.driver.CudaException if there is no driver or it does not start
     */
    public static int count() {
        Libraries.open(Libraries.Library.DRIVER);
        Driver.check(Driver.cuInit(0), "cuInit");
        NativeBlock out = new NativeBlock(Long.BYTES);
        Driver.check(Driver.cuDeviceGetCount(out.address()), "cuDeviceGetCount");
        return out.asInt();
    }

    /**
     * Asks the driver about a device.
     *
     * @param ordinal its number, from 0
     * @throws IllegalArgumentException if there is no such device
     */
    public static DeviceInfo of(int ordinal) {
        int count = count();
        if (ordinal < 0 || ordinal >= count) {
            throw new IllegalArgumentException(
                    "there is no device " + ordinal + ": the driver has " + count + ", counted from 0");
        }
        int device = handle(ordinal);
        NativeBlock out = new NativeBlock(NAME_LENGTH);
        Driver.check(Driver.cuDeviceGetName(out.address(), NAME_LENGTH, device), "cuDeviceGetName");
        String name = out.asText();
        Driver.check(Driver.cuDeviceTotalMem_v2(out.address(), device), "cuDeviceTotalMem");
        long memory = out.asLong();
        return new DeviceInfo(
                ordinal,
                name,
                attribute(Driver.CAPABILITY_MAJOR, device),
                attribute(Driver.CAPABILITY_MINOR, device),
                attribute(Driver.MULTIPROCESSORS, device),
                memory,
                Driver.version());
    }

    /** Returns the compute capability as NVRTC writes it, such as 90. */
    public int capability() {
        return major * 10 + minor;
    }

    static int handle(int ordinal) {
        NativeBlock out = new NativeBlock(Long.BYTES);
        Driver.check(Driver.cuDeviceGet(out.address(), ordinal), "cuDeviceGet", "device %s", ordinal);
        return out.asInt();
    }

    private static int attribute(int attribute, int device) {
        NativeBlock out = new NativeBlock(Long.BYTES);
        Driver.check(
                Driver.cuDeviceGetAttribute(out.address(), attribute, device),
                "cuDeviceGetAttribute",
                "attribute %s",
                attribute);
        return out.asInt();
    }
}
