/**
 * How results reach a person or a program: documents of facts and tables as text and Markdown, records as JSON,
 * progress as bars or lines.
 *
 * <p>Start at {@link org.expunge.cli.render.Result}.
 */
@NullMarked
package org.expunge.cli.render;

import org.jspecify.annotations.NullMarked;
