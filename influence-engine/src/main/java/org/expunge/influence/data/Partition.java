package org.expunge.influence.data;

/**
 * Three disjoint parts of one data set; rows keep their ids.
 *
 * @param train the rows to learn from
 * @param validation the rows to decide by; may be empty
 * @param test the rows to report on; may be empty
 */
public record Partition(Dataset train, Dataset validation, Dataset test) {}
