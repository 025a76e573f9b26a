package org.expunge.influence.training;

import com.fasterxml.jackson.annotation.JsonInclude;
import org.jspecify.annotations.Nullable;

/**
 * Loss and accuracy over one part of the data.
 *
 * @param rows how many rows
 * @param loss mean loss a row, without L2
 * @param accuracy fraction of rows whose class was predicted; null for regression
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Metrics(int rows, double loss, @Nullable Double accuracy) {}
