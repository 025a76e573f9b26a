package org.expunge.unlearning;

import java.util.Random;
import java.util.function.UnaryOperator;
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

    private static UnlearningMethod method(String name, UnaryOperator<Model> change) {
        return new UnlearningMethod() {
            @Override
            public String name() {
                return name;
            }

            @Override
            public Guarantee guarantee() {
                return Guarantee.EMPIRICAL;
            }

            @Override
            public UnlearningResult forget(Model model, ForgetSet rows, org.expunge.influence.data.Dataset validation) {
                return new UnlearningResult(
                        change.apply(model),
                        UnlearningResult.Outcome.REMOVED,
                        name,
                        guarantee(),
                        new Nothing(),
                        Cost.NONE);
            }
        };
    }
}
