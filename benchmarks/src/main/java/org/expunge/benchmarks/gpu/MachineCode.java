package org.expunge.benchmarks.gpu;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;

/** Sizes of the kernels in a cubin: an ELF file of 64 bits whose section {@code .text.NAME} holds kernel NAME. */
final class MachineCode {
    private static final String TEXT = ".text.";
    private static final int SECTIONS_AT = 0x28;
    private static final int SECTION_SIZE = 0x3A;
    private static final int SECTION_COUNT = 0x3C;
    private static final int NAMES_INDEX = 0x3E;
    private static final int OFFSET = 0x18;
    private static final int SIZE = 0x20;

    private final ByteBuffer elf;

    private MachineCode(byte[] cubin) {
        this.elf = ByteBuffer.wrap(cubin).order(ByteOrder.LITTLE_ENDIAN);
    }

    /** Returns the bytes of machine code by kernel. */
    static Map<String, Integer> sizes(byte[] cubin) {
        return new MachineCode(cubin).sizes();
    }

    private Map<String, Integer> sizes() {
        int names = (int) elf.getLong(section(elf.getShort(NAMES_INDEX)) + OFFSET);
        Map<String, Integer> sizes = new TreeMap<>();
        for (int i = 0; i < elf.getShort(SECTION_COUNT); i++) {
            String name = text(names + elf.getInt(section(i)));
            if (name.startsWith(TEXT)) {
                sizes.put(name.substring(TEXT.length()), (int) elf.getLong(section(i) + SIZE));
            }
        }
        return sizes;
    }

    private int section(int index) {
        return (int) elf.getLong(SECTIONS_AT) + index * elf.getShort(SECTION_SIZE);
    }

    private String text(int from) {
        int end = from;
        while (elf.get(end) != 0) {
            end++;
        }
        return new String(elf.array(), from, end - from, StandardCharsets.UTF_8);
    }
}
