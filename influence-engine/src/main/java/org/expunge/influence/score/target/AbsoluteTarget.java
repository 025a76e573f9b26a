package org.expunge.influence.score.target;

import org.expunge.influence.compute.Engine;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.network.Model;

/** {@code |f|}, with the derivative {@code sign(f) ∂f}; 0 where f is 0. */
record AbsoluteTarget(Target signed) implements Target {
    @Override
    public String name() {
        return "absolute-" + signed.name();
    }

    @Override
    public Dataset rows(Engine engine, Model model, Dataset validation) {
        return signed.rows(engine, model, validation);
    }

    @Override
    public TargetValue at(Outputs outputs, Dataset rows) {
        TargetValue value = signed.at(outputs, rows);
        return value.times(Math.signum(value.value()));
    }

    @Override
    public Target absolute() {
        return this;
    }
}
