package org.expunge.benchmarks.gpu;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a kernel needs of a multiprocessor, as {@code ptxas -v} reports it.
 *
 * @param kernel its name
 * @param registers of a thread
 * @param sharedBytes static shared memory of a block
 * @param stackBytes local memory of a thread: arrays that are indexed at run time, and spilled registers
 * @param spillBytes registers' bytes that a thread writes to local memory, in the kernel and the functions it calls
 */
record KernelUse(String kernel, int registers, int sharedBytes, int stackBytes, int spillBytes) {
    private static final Pattern ENTRY = Pattern.compile("Compiling entry function '([^']+)'");
    private static final Pattern STACK = Pattern.compile("(\\d+) bytes stack frame, (\\d+) bytes spill stores");
    private static final Pattern REGISTERS = Pattern.compile("Used (\\d+) registers");
    private static final Pattern SHARED = Pattern.compile("(\\d+) bytes smem");

    /** Reads a compiler's log: for each kernel its name, then its functions' stacks, then its registers. */
    static List<KernelUse> of(String log) {
        List<KernelUse> uses = new ArrayList<>();
        String kernel = "";
        int stack = 0;
        int spilled = 0;
        for (String line : log.lines().toList()) {
            Matcher entry = ENTRY.matcher(line);
            if (entry.find()) {
                kernel = entry.group(1);
                stack = 0;
                spilled = 0;
            }
            Matcher frame = STACK.matcher(line);
            if (frame.find()) {
                stack += Integer.parseInt(frame.group(1));
                spilled += Integer.parseInt(frame.group(2));
            }
            if (REGISTERS.matcher(line).find()) {
                uses.add(new KernelUse(kernel, first(REGISTERS, line), first(SHARED, line), stack, spilled));
            }
        }
        return uses;
    }

    private static int first(Pattern pattern, String line) {
        Matcher matcher = pattern.matcher(line);
        return matcher.find() ? Integer.parseInt(matcher.group(1)) : 0;
    }
}
