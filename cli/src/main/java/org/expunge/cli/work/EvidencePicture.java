package org.expunge.cli.work;

import com.fasterxml.jackson.annotation.JsonInclude;
import org.jspecify.annotations.Nullable;

/**
 * An image of a row that is evidence.
 *
 * @param png the file, in base 64
 * @param height in pixels
 * @param width in pixels
 * @param marked where the foremost rows differ most from others of their class; null if that is no small part
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record EvidencePicture(
        String png, int height, int width, @Nullable Box marked) {
    /**
     * A part of an image.
     *
     * @param top first row of pixels
     * @param left first column of pixels
     * @param height rows of pixels
     * @param width columns of pixels
     */
    public record Box(int top, int left, int height, int width) {}
}
