package org.expunge.unlearning;

import java.util.Random;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.network.Model;

/** Methods that do not forget, which every gate must fail. */
public final class Controls {
    private record Nothing() {}

    private Controls() {}

    /** Returns the model as it is, and says that it forgot. */
    public static UnlearningMethod noOp() {
        return method("no-op", model -> model.withParameters(model.parameters()));
    }

    /** Adds noise to all parameters. */
    public static UnlearningMethod noise(double deviation) {
        return method("noise", model -> {
            double[] parameters = model.parameters();
            Random random = new Random(3);
            for (int i = 0; i < parameters.length; i++) {
                parameters[i] += deviation * random.nextGaussian();
            }
            return model.withParameters(parameters);
        });
    }

    /** Sets all parameters to zero. */
    public static UnlearningMethod destroyed() {
        return method("destroyed", model -> model.withParameters(new double[model.parameters().length]));
    }

    /** Returns a method that promises and claims to cost something else. */
    public static UnlearningMethod changed(
            UnlearningMethod method, Guarantee guarantee, Function<UnlearningResult, Cost> cost) {
        return new Method(method.name(), guarantee, (model, rows, validation) -> {
            UnlearningResult result = method.forget(model, rows, validation);
            return new UnlearningResult(
                    result.model(), result.outcome(), method.name(), guarantee, result.details(), cost.apply(result));
        });
    }

    private static UnlearningMethod method(String name, UnaryOperator<Model> change) {
        return new Method(
                name,
                Guarantee.EMPIRICAL,
                (model, rows, validation) -> new UnlearningResult(
                        change.apply(model),
                        UnlearningResult.Outcome.REMOVED,
                        name,
                        Guarantee.EMPIRICAL,
                        new Nothing(),
                        Cost.NONE));
    }

    private interface Removal {
        UnlearningResult remove(Model model, ForgetSet rows, Dataset validation);
    }

    private record Method(String name, Guarantee guarantee, Removal removal) implements UnlearningMethod {
        @Override
        public UnlearningResult forget(Model model, ForgetSet rows, Dataset validation) {
            return removal.remove(model, rows, validation);
        }
    }
}
