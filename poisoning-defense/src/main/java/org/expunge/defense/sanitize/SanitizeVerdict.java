package org.expunge.defense.sanitize;

/** How sanitizing ended. None of them says that the data are clean: that cannot be shown. */
public enum SanitizeVerdict {
    /** Rows were removed and the new model's audit finds no class, no cluster and no incident any more. */
    SANITIZED("rows were removed, and the new model's audit no longer finds what was suspected"),
    /** Rows were removed, but the new model's audit still names a class, a cluster or the incident. */
    STILL_SUSPICIOUS(
            "rows were removed, but the new model's audit is not quiet: part of an attack may be left, or what is left could"
                    + " not be confirmed"),
    /** The audit still speaks at the cap of rows or rounds. */
    CAP_REACHED("stopped by a cap on rows or rounds while the audit still speaks"),
    /** Flags met no confirmation: random rows did as well, or the rows are known without each other, or missed. */
    NOT_CONFIRMED(
            "not confirmed: the suspected inputs flip without random rows too, or most of the traced rows are taken for their"
                    + " class without each other, or held-out rows of the class depend on them as well; nothing was removed"),
    /** No set of rows that was tried flips the inputs. */
    NOT_DETECTABLE(
            "not detectable within what may be tried: removing the foremost traced rows does not change what enough of the"
                    + " suspected inputs are taken for; nothing was removed"),
    /** Too little stands out for anything to be tried. */
    INSUFFICIENT_EVIDENCE(
            "insufficient evidence: too few inputs, or no training rows behind them, stand out enough to try a removal;"
                    + " nothing was removed; this does not show that the data are clean");

    private final String sentence;

    SanitizeVerdict(String sentence) {
        this.sentence = sentence;
    }

    /**
     * Returns the verdict in words.
     *
     * @return a sentence without its full stop
     */
    public String sentence() {
        return sentence;
    }
}
