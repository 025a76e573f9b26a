package org.expunge.cli.forget;

import java.util.function.Supplier;
import org.expunge.cli.render.Console;
import org.expunge.cli.work.Forgetting;
import org.expunge.influence.compute.Engine;
import org.expunge.unlearning.request.DeletionPredicate;

/**
 * What a removal is done with.
 *
 * @param engine where it runs
 * @param console takes progress
 * @param parameters what the operator chose
 * @param principal whose share of a proof's budget is watched; empty if nobody's
 * @param forgetting makes the method that he chose; not asked where the kind of run decides
 */
public record Workshop(
        Engine engine,
        Console console,
        DeletionPredicate.ExternalParameters parameters,
        String principal,
        Supplier<Forgetting> forgetting) {}
