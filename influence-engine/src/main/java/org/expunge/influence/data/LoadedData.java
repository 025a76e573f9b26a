package org.expunge.influence.data;

import java.util.Optional;

/**
 * What a data specification led to.
 *
 * @param train the rows, or the training rows where the source has its own test rows
 * @param test the source's own test rows
 * @param spec the specification as it was given
 */
public record LoadedData(Dataset train, Optional<Dataset> test, String spec) {}
