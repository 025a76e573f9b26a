package org.expunge.cli.render;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * A report: a title and, in order, paragraphs, headings, facts and tables.
 *
 * @param title the first line
 * @param blocks what follows
 */
public record Document(String title, List<Block> blocks) {

    /** A part of a document. */
    public sealed interface Block permits Paragraph, Heading, Table {
        /** Handles whichever block this is; a kind without a handler does not compile. */
        <T> T match(Function<Paragraph, T> paragraph, Function<Heading, T> heading, Function<Table, T> table);
    }

    /**
     * A sentence or more.
     *
     * @param text the words
     */
    public record Paragraph(String text) implements Block {
        @Override
        public <T> T match(Function<Paragraph, T> paragraph, Function<Heading, T> heading, Function<Table, T> table) {
            return paragraph.apply(this);
        }
    }

    /**
     * The name of what follows.
     *
     * @param text the words
     */
    public record Heading(String text) implements Block {
        @Override
        public <T> T match(Function<Paragraph, T> paragraph, Function<Heading, T> heading, Function<Table, T> table) {
            return heading.apply(this);
        }
    }

    /** Copies the list. */
    public Document {
        blocks = List.copyOf(blocks);
    }

    /** Begins a document. */
    public static Builder titled(String title) {
        return new Builder(title);
    }

    /** Returns plain text for a terminal, with a line break at its end. */
    public String text() {
        return title + "\n"
                + blocks.stream()
                        .map(block -> block.match(
                                paragraph -> paragraph.text() + "\n",
                                heading -> "\n" + heading.text() + "\n",
                                Table::text))
                        .collect(Collectors.joining());
    }

    /** Returns Markdown, with a line break at its end. */
    public String markdown() {
        return "# " + title + "\n"
                + blocks.stream()
                        .map(block -> "\n"
                                + block.match(
                                        paragraph -> paragraph.text() + "\n",
                                        heading -> "## " + heading.text() + "\n",
                                        Table::markdown))
                        .collect(Collectors.joining());
    }

    /** Puts a document together. */
    public static final class Builder {
        private final String title;
        private final List<Block> blocks = new ArrayList<>();

        private Builder(String title) {
            this.title = title;
        }

        /** Adds a paragraph. */
        public Builder paragraph(String text) {
            blocks.add(new Paragraph(text));
            return this;
        }

        /** Adds a heading. */
        public Builder heading(String text) {
            blocks.add(new Heading(text));
            return this;
        }

        /** Adds a table. */
        public Builder table(Table table) {
            blocks.add(table);
            return this;
        }

        /** Adds another document's blocks under its title. */
        public Builder append(Document other) {
            heading(other.title());
            blocks.addAll(other.blocks());
            return this;
        }

        /** Returns the document. */
        public Document build() {
            return new Document(title, blocks);
        }
    }
}
