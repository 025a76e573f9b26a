package org.expunge.defense.sanitize;

/** How sanitizing ended. None of them says that the data are clean: that cannot be shown. */
public enum SanitizeVerdict {
    /** Rows were removed and the new model's audit is quiet. */
    SANITIZED("rows were removed and the retrained model's audit is quiet"),
    /** Rows were removed, but the audit still speaks at the cap of rows or rounds. */
    CAP_REACHED("rows were removed, but the audit still speaks at the cap on rows or rounds"),
    /** Flags met no confirmation: removing random rows flipped the inputs too. */
    NOT_CONFIRMED(
            "not confirmed: the suspected inputs did not depend on the traced rows more than on random ones; nothing was "
                    + "removed for them"),
    /** No set of rows within the cap flips the inputs. */
    NOT_DETECTABLE(
            "not detectable by this method: removing the traced rows, up to the cap, does not change what the suspected "
                    + "inputs are taken for; nothing was removed"),
    /** Too few inputs were flagged for the test. */
    INSUFFICIENT_EVIDENCE(
            "insufficient evidence: too few inputs stand out to act; this does not show that the data are clean");

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
