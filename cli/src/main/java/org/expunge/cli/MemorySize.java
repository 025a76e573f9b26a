package org.expunge.cli;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads a size such as {@code 512m} into bytes; k, m and g are powers of 1024. */
final class MemorySize implements ITypeConverter<Long> {
    private static final Pattern SIZE = Pattern.compile("([1-9][0-9]{0,9})([kmg]?)");

    @Override
    public Long convert(String text) {
        Matcher matcher = SIZE.matcher(text.toLowerCase(Locale.ROOT));
        if (!matcher.matches()) {
            throw new TypeConversionException(
                    "a size is a whole number from 1 with k, m or g, as in 512m; got " + text);
        }
        int thousands = "kmg".indexOf(matcher.group(2)) + (matcher.group(2).isEmpty() ? 0 : 1);
        return Long.parseLong(matcher.group(1)) << (10 * thousands);
    }
}
