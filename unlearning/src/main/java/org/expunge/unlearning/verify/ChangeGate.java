package org.expunge.unlearning.verify;

import java.util.Arrays;

/** Fails where the parameters are those of the model before: nothing was done. */
final class ChangeGate implements Gate {
    private static final String NAME = "change";

    @Override
    public boolean isAboutForgetting() {
        return false;
    }

    @Override
    public GateResult judge(Evidence evidence) {
        boolean isSame = Arrays.equals(
                evidence.before().model().parameters(), evidence.after().model().parameters());
        return isSame
                ? new GateResult(NAME, Verdict.FAIL, "The parameters are those of the model before, bit for bit.")
                : new GateResult(NAME, Verdict.PASS, "The parameters differ from those of the model before.");
    }
}
