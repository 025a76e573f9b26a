package org.expunge.unlearning.request;

/**
 * A row that is like a requested one and is not requested.
 *
 * @param id the row
 * @param of the requested row that it is most like; the first of those equally so
 * @param distance how far apart they are, in the units of {@link NearDuplicates}
 * @param cosine of the angle between what the run's model makes of them, in [-1, 1]; 1 where the model cannot tell them
 *     apart
 */
public record LikeRow(String id, String of, double distance, double cosine) {}
