package org.expunge.defense.certify;

import java.util.List;
import java.util.Map;
import org.expunge.influence.data.Shape;

/**
 * What an ensemble folder says of itself.
 *
 * @param format version of the folder
 * @param method the method's name
 * @param plan how the rows were shared out
 * @param recipe the recipe of every member, YAML
 * @param rowsDigest SHA-256 over the contents of all training rows, whatever their order
 * @param rows training rows n
 * @param shape the shape of a row
 * @param classes K
 * @param constantMembers members that had no rows or whose training diverged
 * @param memberRows how many rows each member saw
 * @param covers what the radius is about
 * @param engine where the members were trained
 * @param test accuracy and certified accuracy on the run's test rows
 * @param digests SHA-256 of every member's files, by path
 */
public record EnsembleCertificate(
        int format,
        String method,
        EnsemblePlan plan,
        String recipe,
        String rowsDigest,
        int rows,
        Shape shape,
        int classes,
        int constantMembers,
        List<Integer> memberRows,
        String covers,
        String engine,
        CertifiedAccuracy test,
        Map<String, String> digests) {
    static final int FORMAT = 1;

    static final String COVERS =
            "inserted and deleted training rows and flipped labels count 1 each, changed features 2; the recipe, the"
                    + " seed and the input itself are not attacked";

    /** Copies the collections. */
    public EnsembleCertificate {
        memberRows = List.copyOf(memberRows);
        digests = Map.copyOf(digests);
    }
}
