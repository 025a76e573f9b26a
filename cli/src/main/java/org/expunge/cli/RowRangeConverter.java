package org.expunge.cli;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.expunge.influence.data.RowRange;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads a range of rows such as {@code 0:5000}, its end left out. */
final class RowRangeConverter implements ITypeConverter<RowRange> {
    private static final Pattern RANGE = Pattern.compile("([0-9]{1,9}):([0-9]{1,9})");

    @Override
    public RowRange convert(String text) {
        Matcher matcher = RANGE.matcher(text);
        if (!matcher.matches()) {
            throw new TypeConversionException("a range of rows is FROM:TO, as in 0:5000; got " + text);
        }
        int from = Integer.parseInt(matcher.group(1));
        int to = Integer.parseInt(matcher.group(2));
        if (from >= to) {
            throw new TypeConversionException("a range of rows ends behind its start; got " + text);
        }
        return new RowRange(from, to);
    }
}
