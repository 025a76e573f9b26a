/**
 * Rows with names: data sets, the readers that make them, splits, normalisation and keyed row hashes.
 *
 * <p>Symbols used in this package: {@code n} is the number of rows, {@code d} the length of a row (for images
 * {@code channels · height · width}, in that order, row-major), {@code k} the number of classes or target columns.
 *
 * <p>Start at {@link org.expunge.influence.data.DataSpec}, which turns a text such as {@code digits} or
 * {@code idx:/data/mnist} into a {@link org.expunge.influence.data.Dataset}. Data sets are immutable and lazy:
 * selecting, normalising and patching rows keep views on the rows that were read, not copies. A row keeps its id
 * through all of them.
 */
@NullMarked
package org.expunge.influence.data;

import org.jspecify.annotations.NullMarked;
