package org.expunge.influence.score.dropout;

import static com.google.common.base.Preconditions.checkArgument;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.expunge.influence.network.Model;
import org.expunge.influence.network.Network;
import org.expunge.influence.network.layer.ActivationLayer;
import org.expunge.influence.network.layer.SharedDropout;

/**
 * Sub-networks of a trained network: after each hidden activation some units are dropped, the same for all examples,
 * and the others divided by the share that is kept. A member has the parameters of the whole model, in the same flat
 * order.
 *
 * @param members K, at least 1
 * @param dropped probability of dropping a unit, in [0, 1)
 * @param seed decides the masks; member k's do not depend on K
 */
public record DropoutEnsemble(int members, double dropped, long seed) {
    /** Five members that lack a tenth of the units. */
    public static final DropoutEnsemble DEFAULT = new DropoutEnsemble(5, 0.1, 0);

    private static final String SUFFIX = "-dropped";

    /** Checks the ranges. */
    public DropoutEnsemble {
        checkArgument(members >= 1, "an ensemble needs at least 1 member, got %s", members);
        checkArgument(dropped >= 0 && dropped < 1, "the share to drop must be in [0, 1), got %s", dropped);
    }

    /**
     * Returns the members.
     *
     * @param model the trained model
     * @return K models over the same parameters
     * @throws IllegalArgumentException if units are to be dropped but the network has no hidden activation
     */
    public List<Model> of(Model model) {
        boolean hasHidden = IntStream.range(0, model.network().nodes().size()).anyMatch(i -> isHidden(model, i));
        checkArgument(
                hasHidden || dropped == 0,
                "the network has no hidden activation whose units could be dropped; use the inner product");
        List<Model> models = new ArrayList<>();
        SplittableRandom seeds = new SplittableRandom(seed);
        for (int k = 0; k < members; k++) {
            models.add(new Model(masked(model, seeds.nextLong()), model.parameters(), model.statistics()));
        }
        return models;
    }

    private Network masked(Model model, long memberSeed) {
        Network network = model.network();
        Network.Builder builder = Network.builder(network.input());
        SplittableRandom seeds = new SplittableRandom(memberSeed);
        List<String> outputs = new ArrayList<>();
        for (int i = 0; i < network.nodes().size(); i++) {
            Network.Node node = network.nodes().get(i);
            builder.add(node.name(), node.layer(), inputs(node, outputs));
            if (isHidden(model, i)) {
                builder.add(node.name() + SUFFIX, new SharedDropout(1 - dropped, seeds.nextLong()));
            }
            outputs.add(builder.lastName());
        }
        return builder.build(network.loss());
    }

    private static List<String> inputs(Network.Node node, List<String> outputs) {
        return node.inputs().stream()
                .map(input -> input == Network.INPUT ? "input" : outputs.get(input))
                .toList();
    }

    private static boolean isHidden(Model model, int node) {
        List<Network.Node> nodes = model.network().nodes();
        return nodes.get(node).layer() instanceof ActivationLayer && node < nodes.size() - 1;
    }
}
