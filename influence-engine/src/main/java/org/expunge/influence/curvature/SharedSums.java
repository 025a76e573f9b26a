package org.expunge.influence.curvature;

import static com.google.common.base.Preconditions.checkArgument;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import org.expunge.influence.compute.Engine;
import org.expunge.influence.compute.EngineGroup;
import org.expunge.influence.data.RowRange;

/** Sums over rows of which each of several engines takes a share. */
@FunctionalInterface
public interface SharedSums {
    /** Returns the sums over some rows. */
    RowSums of(Engine engine, RowRange rows);

    /**
     * Sums over all rows: each engine over as many that follow each other, added in the order of the rows. With one
     * engine they are its sums to the last bit, with several they differ from those in the order of addition.
     *
     * @param engines where to compute
     * @param rows at least one
     * @throws org.expunge.influence.compute.EngineFailure if one of several engines failed
     */
    default RowSums over(EngineGroup engines, RowRange rows) {
        checkArgument(rows.size() >= 1, "there are no rows to sum over");
        List<RowRange> shares = rows.parts((rows.size() + engines.size() - 1) / engines.size());
        List<RowSums> found = new ArrayList<>();
        try {
            engines.inOrder(shares.size(), (engine, i) -> of(engine, shares.get(i)), (i, sums) -> found.add(sums));
        } catch (IOException e) {
            throw new UncheckedIOException("sums in memory failed", e);
        }
        return found.stream().reduce(RowSums::plus).orElseThrow();
    }
}
