package org.expunge.influence.data;

/**
 * What features stand for where they were made of cells, words or sound: how a table was laid out, or what a
 * {@link Normalizer} makes of words and samples, which are kept as they were read, so that a row does not depend on
 * others and can be changed as an attacker would.
 */
public sealed interface Encoding permits Words, LogMel, TableLayout {}
