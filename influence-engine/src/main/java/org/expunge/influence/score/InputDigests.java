package org.expunge.influence.score;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.io.Digests;
import org.expunge.influence.network.Model;
import org.expunge.influence.network.Network;
import org.expunge.influence.network.ParameterLayout;

/** SHA-256 digests of what scores depend on. A digest is of the text of the digests of its pieces. */
public final class InputDigests {
    private static final int ROWS_PER_PIECE = 256;

    private InputDigests() {}

    /** Digests a model: its layers and shapes, parameters and statistics. */
    public static String of(Model model) {
        StringBuilder pieces = new StringBuilder();
        Network network = model.network();
        for (Network.Node node : network.nodes()) {
            pieces.append(node).append('\n');
        }
        for (ParameterLayout.Entry entry : network.layout().entries()) {
            pieces.append(entry.name()).append(entry.tensor().shape()).append('\n');
        }
        pieces.append(network.loss()).append('\n');
        pieces.append(Digests.sha256(bytes(model.parameters(), model.parameters().length)));
        pieces.append(Digests.sha256(bytes(model.statistics(), model.statistics().length)));
        return ofText(pieces);
    }

    /** Digests rows: ids, features and targets, in order. */
    public static String of(Dataset data) {
        StringBuilder pieces = new StringBuilder(data.shape() + "\n");
        int features = data.features().width();
        int width = features + data.targets().width();
        for (int from = 0; from < data.size(); from += ROWS_PER_PIECE) {
            int rows = Math.min(ROWS_PER_PIECE, data.size() - from);
            double[] values = new double[rows * width];
            for (int r = 0; r < rows; r++) {
                data.features().read(from + r, values, r * width);
                data.targets().read(from + r, values, r * width + features);
            }
            pieces.append(Digests.sha256(bytes(values, values.length)));
        }
        return ofText(pieces.append('\n').append(String.join("\n", data.ids())));
    }

    private static String ofText(StringBuilder text) {
        return Digests.sha256(text.toString().getBytes(StandardCharsets.UTF_8));
    }

    private static byte[] bytes(double[] values, int length) {
        ByteBuffer bytes = ByteBuffer.allocate(Math.multiplyExact(length, Double.BYTES));
        bytes.asDoubleBuffer().put(values, 0, length);
        return bytes.array();
    }
}
