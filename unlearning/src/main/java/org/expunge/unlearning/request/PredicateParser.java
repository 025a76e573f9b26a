package org.expunge.unlearning.request;

import com.google.common.primitives.Doubles;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.DoublePredicate;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/** Reads a {@link RowPredicate} by recursive descent. Used once. */
final class PredicateParser {
    private static final Set<String> WORDS = Set.of("and", "or", "not", "in");
    private static final String SIGNS = "()=!~<>,'\"";

    /** A word, a sign or the end. */
    private record Token(String text, int at, boolean isQuoted, boolean isWord) {
        boolean is(String expected) {
            return !isQuoted && text.equals(expected);
        }
    }

    private final String text;
    private int position;
    private Token next;

    PredicateParser(String text) {
        this.text = text;
        this.next = read();
    }

    RowPredicate parse() {
        RowPredicate whole = condition();
        if (!next.is("")) {
            throw expected("'and', 'or' or the end");
        }
        return whole;
    }

    private RowPredicate condition() {
        List<RowPredicate> parts = new ArrayList<>(List.of(both()));
        while (accept("or")) {
            parts.add(both());
        }
        return parts.size() == 1 ? parts.get(0) : new RowPredicate.Several(false, parts);
    }

    private RowPredicate both() {
        List<RowPredicate> parts = new ArrayList<>(List.of(one()));
        while (accept("and")) {
            parts.add(one());
        }
        return parts.size() == 1 ? parts.get(0) : new RowPredicate.Several(true, parts);
    }

    private RowPredicate one() {
        if (accept("not")) {
            return new RowPredicate.Not(one());
        }
        if (accept("(")) {
            RowPredicate inner = condition();
            require(")");
            return inner;
        }
        String column = word("a column");
        return new RowPredicate.Cell(column, test());
    }

    private Predicate<String> test() {
        if (accept("in")) {
            Set<String> wanted = values();
            return wanted::contains;
        }
        for (String sign : new String[] {"!=", "!~", "<=", ">=", "=", "~", "<", ">"}) {
            if (accept(sign)) {
                return test(sign);
            }
        }
        throw expected("one of = != ~ !~ < <= > >= in");
    }

    private Predicate<String> test(String sign) {
        Token at = next;
        String value = word("a value");
        return switch (sign) {
            case "=" -> value::equals;
            case "!=" -> cell -> !cell.equals(value);
            case "~" -> pattern(value).asMatchPredicate();
            case "!~" -> pattern(value).asMatchPredicate().negate();
            default -> ordered(sign, number(at));
        };
    }

    private static Predicate<String> ordered(String sign, double bound) {
        DoublePredicate test = switch (sign) {
            case "<" -> cell -> cell < bound;
            case "<=" -> cell -> cell <= bound;
            case ">" -> cell -> cell > bound;
            default -> cell -> cell >= bound;
        };
        return cell -> {
            Double number = Doubles.tryParse(cell);
            return number != null && test.test(number);
        };
    }

    private double number(Token at) {
        Double number = Doubles.tryParse(at.text());
        if (number == null) {
            throw wrong(at.at(), "expected a number, got '" + at.text() + "'");
        }
        return number;
    }

    private static Pattern pattern(String glob) {
        StringBuilder regex = new StringBuilder();
        glob.chars().forEach(c -> regex.append(c == '*' ? ".*" : c == '?' ? "." : Pattern.quote("" + (char) c)));
        return Pattern.compile(regex.toString(), Pattern.DOTALL);
    }

    private Set<String> values() {
        require("(");
        Set<String> values = new HashSet<>();
        do {
            values.add(word("a value"));
        } while (accept(","));
        require(")");
        return values;
    }

    private String word(String what) {
        if (!next.isWord() || (!next.isQuoted() && WORDS.contains(next.text()))) {
            throw expected(what);
        }
        String word = next.text();
        next = read();
        return word;
    }

    private boolean accept(String wanted) {
        boolean isThere = next.is(wanted);
        if (isThere) {
            next = read();
        }
        return isThere;
    }

    private void require(String wanted) {
        if (!accept(wanted)) {
            throw expected("'" + wanted + "'");
        }
    }

    private Token read() {
        while (position < text.length() && Character.isWhitespace(text.charAt(position))) {
            position++;
        }
        int start = position;
        if (start == text.length()) {
            return new Token("", start, false, false);
        }
        char first = text.charAt(start);
        if (first == '\'' || first == '"') {
            return quoted(first, start);
        }
        if (SIGNS.indexOf(first) >= 0) {
            boolean isTwo = start + 1 < text.length()
                    && Set.of("!=", "!~", "<=", ">=").contains(text.substring(start, start + 2));
            position += isTwo ? 2 : 1;
            return new Token(text.substring(start, position), start, false, false);
        }
        while (position < text.length()
                && !Character.isWhitespace(text.charAt(position))
                && SIGNS.indexOf(text.charAt(position)) < 0) {
            position++;
        }
        return new Token(text.substring(start, position), start, false, true);
    }

    private Token quoted(char quote, int start) {
        StringBuilder content = new StringBuilder();
        for (position = start + 1; position < text.length(); position++) {
            boolean isQuote = text.charAt(position) == quote;
            boolean isDoubled = isQuote && position + 1 < text.length() && text.charAt(position + 1) == quote;
            if (isQuote && !isDoubled) {
                position++;
                return new Token(content.toString(), start, true, true);
            }
            content.append(text.charAt(position));
            position += isDoubled ? 1 : 0;
        }
        throw wrong(start, "the quote is not closed");
    }

    private IllegalArgumentException expected(String what) {
        return wrong(next.at(), "expected " + what + ", got " + (next.is("") ? "the end" : "'" + next.text() + "'"));
    }

    private IllegalArgumentException wrong(int at, String problem) {
        return new IllegalArgumentException(
                "character " + (at + 1) + ": " + problem + "\n  " + text + "\n  " + " ".repeat(at) + "^");
    }
}
