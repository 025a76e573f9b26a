package org.expunge.cli;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.expunge.influence.backend.BackendChoice;
import org.expunge.influence.backend.Backends;
import org.expunge.influence.backend.UnavailableBackendException;
import org.expunge.influence.compute.Compute;
import org.expunge.influence.compute.Engine;
import org.expunge.influence.compute.EngineGroup;
import org.expunge.influence.compute.Workers;
import org.expunge.influence.compute.cuda.CudaCompute;
import org.expunge.influence.compute.cuda.CudaOptions;
import org.expunge.influence.compute.cuda.MathMode;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Spec.Target;

/** Where the arithmetic of a command runs. */
final class EngineOptions {
    /** Examples that a worker takes through the network at a time: few enough to stay in a core's cache. */
    private static final int TILE = 32;

    /**
     * The same on a GPU, where a tile should give each kernel work for all multiprocessors: a layer of 500 outputs has
     * 128 000 numbers in it, half of what the largest GPUs keep in flight. Not measured.
     */
    private static final int DEVICE_TILE = 256;

    /** On a GPU threads do not compute: one prepares rows and queues work while the other waits for results. */
    private static final int DEVICE_THREADS = 2;

    @Spec(Target.MIXEE)
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec command;

    @Option(
            names = "--backend",
            paramLabel = "NAME",
            defaultValue = Backends.AUTO,
            description =
                    "Arithmetic: cpu (float32, OpenBLAS), cuda (float32, an NVIDIA GPU), reference (float64, plain "
                            + "and slow) or auto (cuda where a GPU and its libraries are found and a self-check of "
                            + "its kernels passes, else cpu; 'expunge doctor' says which and why). "
                            + "Default: ${DEFAULT-VALUE}.")
    private String backend = Backends.AUTO;

    @Mixin
    private final DeviceOption device = new DeviceOption();

    @Option(
            names = "--precision",
            paramLabel = "FORMAT",
            description =
                    "How a GPU multiplies matrices: float32, or factors rounded to tf32 (11 bits, a relative error "
                            + "of up to 2^-10 a term) or bf16 (8 bits, up to 2^-7); sums stay float32. With cuda "
                            + "alone, which it makes of auto. Default: float32.")
    private @Nullable MathMode precision;

    @Option(
            names = "--gpu-memory",
            paramLabel = "SHARE",
            description =
                    "Most of a GPU's memory that is held, as a share of what is free at the start, above 0 and at "
                            + "most 1. With cuda alone, which it makes of auto. Default: 0.9.")
    private @Nullable Double gpuMemory;

    @Option(
            names = "--threads",
            paramLabel = "N",
            defaultValue = "0",
            description = "Worker threads, at least 1; 0 is one per processor, and " + DEVICE_THREADS
                    + " with cuda, for each GPU, which takes at most " + CudaCompute.MOST_THREADS
                    + ". Results depend on it through rounding alone. Default: ${DEFAULT-VALUE}.")
    private int threads;

    /**
     * Loads the backend for a command that computes on one device; the caller closes the engine. Where {@code auto}
     * turned a GPU down, says why.
     *
     * @throws UnavailableBackendException if the machine lacks what it needs
     */
    Engine open() {
        return open(device.number());
    }

    /** Refuses several devices, as {@link DeviceOption#requireOne}. */
    void requireOneDevice(String options) {
        device.requireOne(options);
    }

    /**
     * Loads the backend for a command whose work several devices can share; the caller closes the engines.
     *
     * @throws UnavailableBackendException if the machine lacks what it needs, or one of the devices does
     */
    EngineGroup openAll() {
        List<Integer> numbers = device.numbers();
        if (numbers.size() == 1) {
            return EngineGroup.of(open(numbers.get(0)));
        }
        return group(choices());
    }

    private Engine open(int number) {
        BackendChoice choice = choose(number);
        if (choice.wasOpened()
                && choice.obstacle().isPresent()
                && choice.compute().isPresent()) {
            PrintWriter err = command.commandLine().getErr();
            err.println("warning: computing on the cpu: " + choice.reason().replace("\n", "\n  "));
            err.flush();
        }
        return engine(choice);
    }

    /** Chooses the backend for each device, whose computes the caller closes. */
    List<BackendChoice> choices() {
        List<BackendChoice> choices = new ArrayList<>();
        try {
            device.numbers().forEach(number -> choices.add(choose(number)));
        } catch (RuntimeException e) {
            close(choices);
            throw e;
        }
        return choices;
    }

    /**
     * Makes engines of what was chosen.
     *
     * @throws UnavailableBackendException if one of it is nothing; what was opened is closed
     */
    EngineGroup group(List<BackendChoice> choices) {
        try {
            for (BackendChoice choice : choices) {
                choice.orThrow();
            }
            return new EngineGroup(choices.stream().map(this::engine).toList());
        } catch (RuntimeException e) {
            close(choices);
            throw e;
        }
    }

    private static void close(List<BackendChoice> choices) {
        choices.forEach(choice -> choice.compute().ifPresent(Compute::close));
    }

    private BackendChoice choose(int number) {
        if (threads < 0) {
            throw wrong("--threads must be 0 or more, got " + threads);
        }
        if (!Backends.names().contains(backend)) {
            throw wrong("--backend must be one of " + String.join(", ", Backends.names()) + ", got " + backend);
        }
        String asked = asksForGpu() && backend.equals(Backends.AUTO) ? Backends.CUDA : backend;
        if (asked.equals(Backends.CUDA)) {
            checkDeviceThreads();
        }
        MathMode mode = precision == null ? MathMode.FLOAT32 : precision;
        CudaOptions cuda = CudaOptions.DEFAULT.withDevice(number).withMathMode(mode);
        return Backends.choose(asked, gpuMemory == null ? cuda : cuda.withMemoryShare(memoryShare(gpuMemory)));
    }

    /** Returns whether an option was given that has no meaning without a GPU. */
    private boolean asksForGpu() {
        return device.isGiven() || precision != null || gpuMemory != null;
    }

    private double memoryShare(double share) {
        if (!(share > 0 && share <= 1)) {
            throw wrong("--gpu-memory must be above 0 and at most 1, got " + share);
        }
        return share;
    }

    /**
     * Makes an engine of what was chosen.
     *
     * @throws UnavailableBackendException if it is nothing
     */
    private Engine engine(BackendChoice choice) {
        Compute compute = choice.orThrow();
        try {
            return compute instanceof CudaCompute ? onDevice(compute) : onHost(compute);
        } catch (RuntimeException e) {
            compute.close();
            throw e;
        }
    }

    private Engine onDevice(Compute compute) {
        checkDeviceThreads();
        return new Engine(compute, new Workers(threads == 0 ? DEVICE_THREADS : threads), DEVICE_TILE);
    }

    private void checkDeviceThreads() {
        if (threads > CudaCompute.MOST_THREADS) {
            throw wrong("--threads must be at most " + CudaCompute.MOST_THREADS + " with cuda, got " + threads);
        }
    }

    private Engine onHost(Compute compute) {
        if (device.isGiven()) {
            throw onlyCuda("--device", device.text(), compute.name());
        }
        if (precision != null) {
            throw onlyCuda("--precision", precision.name().toLowerCase(Locale.ROOT), compute.name());
        }
        if (gpuMemory != null) {
            throw onlyCuda("--gpu-memory", gpuMemory.toString(), compute.name());
        }
        int workers = threads == 0 ? Runtime.getRuntime().availableProcessors() : threads;
        return new Engine(compute, new Workers(workers), TILE);
    }

    private ParameterException onlyCuda(String option, String value, String other) {
        return wrong(option + " " + value + " is for the backend cuda, not for " + other);
    }

    private ParameterException wrong(String message) {
        return new ParameterException(command.commandLine(), message);
    }
}
