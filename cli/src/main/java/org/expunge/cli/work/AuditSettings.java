package org.expunge.cli.work;

import static com.google.common.base.Preconditions.checkArgument;

import java.nio.file.Path;
import org.expunge.defense.identify.TargetAudit;
import org.jspecify.annotations.Nullable;

/**
 * How to audit.
 *
 * @param options how inputs are judged
 * @param top rows and inputs to list, at least 1
 * @param seed of the random controls
 * @param controls whether scores that know nothing of the training rows are set beside
 * @param truth a file that says which inputs are under attack; null if nobody knows, or the run does
 */
public record AuditSettings(
        TargetAudit.Options options,
        int top,
        long seed,
        boolean controls,
        @Nullable Path truth) {
    /** Checks the numbers. */
    public AuditSettings {
        checkArgument(top >= 1, "top must be at least 1, got %s", top);
    }
}
