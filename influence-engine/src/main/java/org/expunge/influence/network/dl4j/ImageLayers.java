package org.expunge.influence.network.dl4j;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.common.collect.ImmutableMap;
import java.util.List;
import java.util.Map;
import org.expunge.influence.data.Shape;
import org.expunge.influence.io.BadInputException;
import org.expunge.influence.network.layer.Convolution2D;
import org.expunge.influence.network.layer.GlobalPooling;
import org.expunge.influence.network.layer.Padding;
import org.expunge.influence.network.layer.Pooling2D;
import org.expunge.influence.network.layer.PoolingKind;
import org.expunge.influence.network.layer.ZeroPadding;

/** Reads DL4J's layers that slide a window over images. */
final class ImageLayers {
    /** DL4J 1.0.0-M2.1 itself refuses to compute other kinds. */
    private static final Map<String, PoolingKind> WINDOWED =
            ImmutableMap.of("MAX", PoolingKind.MAX, "AVG", PoolingKind.AVERAGE);

    private static final Map<String, PoolingKind> GLOBAL =
            ImmutableMap.of("MAX", PoolingKind.MAX, "AVG", PoolingKind.AVERAGE, "SUM", PoolingKind.SUM);

    private ImageLayers() {}

    static String convolution(NetworkAssembly assembly, Settings layer, String name, String input)
            throws BadInputException {
        layer.ignore("cudnnAlgoMode", "cudnnAllowFallback", "cudnnBwdDataAlgo", "cudnnBwdFilterAlgo", "cudnnFwdAlgo");
        assembly.readFormat(layer, "cnn2dDataFormat");
        Geometry geometry = Geometry.of(layer, assembly.shapeOf(input), 5, 1);
        checkSize(layer, "nin", assembly.shapeOf(input).channels());
        Convolution2D convolution = new Convolution2D(
                layer.integer("nout"),
                geometry.kernel.get(0),
                geometry.kernel.get(1),
                geometry.stride.get(0),
                geometry.stride.get(1),
                geometry.padding,
                geometry.dilation.get(0),
                geometry.dilation.get(1),
                layer.flag("hasBias", true));
        return assembly.add(name, convolution, List.of(input));
    }

    static String pooling(NetworkAssembly assembly, Settings layer, String name, String input)
            throws BadInputException {
        layer.ignore("cudnnAllowFallback", "eps", "pnorm");
        assembly.readFormat(layer, "cnn2dDataFormat");
        Geometry geometry = Geometry.of(layer, assembly.shapeOf(input), 1, 2);
        Pooling2D pooling = new Pooling2D(
                kind(layer, WINDOWED),
                geometry.kernel.get(0),
                geometry.kernel.get(1),
                geometry.stride.get(0),
                geometry.stride.get(1),
                geometry.padding,
                geometry.dilation.get(0),
                geometry.dilation.get(1),
                layer.flag("avgPoolIncludePadInDivisor", false));
        return assembly.add(name, pooling, List.of(input));
    }

    static String globalPooling(NetworkAssembly assembly, Settings layer, String name, String input)
            throws BadInputException {
        layer.ignore("collapseDimensions", "pnorm");
        PoolingKind kind = kind(layer, GLOBAL);
        boolean isMasked = layer.flag(SequenceLayers.MASKS_PADDING, false);
        JsonNode stated = layer.find("poolingDimensions");
        if (isMasked || (stated != null && stated.size() == 1)) {
            return SequenceLayers.globalPooling(assembly, layer, name, input, kind, isMasked);
        }
        List<Integer> wanted = assembly.format().imageAxes();
        List<Integer> axes = layer.integers("poolingDimensions", 2, 3);
        if (!axes.equals(wanted)) {
            throw layer.refuse(
                    "pools over axes " + axes + "; only rows and columns, here " + wanted + ", can be pooled over");
        }
        return assembly.add(name, new GlobalPooling(kind), List.of(input));
    }

    static String zeroPadding(NetworkAssembly assembly, Settings layer, String name, String input)
            throws BadInputException {
        assembly.readFormat(layer, "dataFormat");
        List<Integer> sides = layer.integers("padding", 0, 0, 0, 0);
        ZeroPadding padding = new ZeroPadding(sides.get(0), sides.get(1), sides.get(2), sides.get(3));
        return assembly.add(name, padding, List.of(input));
    }

    /** Checks a number of inputs that the configuration states; 0 means that it does not. */
    static void checkSize(Settings layer, String setting, int actual) throws BadInputException {
        int stated = layer.integer(setting);
        if (stated != 0 && stated != actual) {
            throw layer.refuse("setting '" + setting + "' is " + stated + " but the layer gets " + actual);
        }
    }

    private static PoolingKind kind(Settings layer, Map<String, PoolingKind> supported) throws BadInputException {
        String name = layer.text("poolingType", "MAX");
        PoolingKind kind = supported.get(name);
        if (kind == null) {
            throw layer.refuse("poolingType " + name + " is not supported; " + supported.keySet()
                    + " are. Another one needs its forward, backward and tangent pass in network.layer");
        }
        return kind;
    }

    /** What windows have in common, each pair being rows and columns. */
    private record Geometry(List<Integer> kernel, List<Integer> stride, Padding padding, List<Integer> dilation) {
        static Geometry of(Settings layer, Shape image, int defaultKernel, int defaultStride) throws BadInputException {
            List<Integer> kernel = layer.integers("kernelSize", defaultKernel, defaultKernel);
            List<Integer> stride = layer.integers("stride", defaultStride, defaultStride);
            List<Integer> dilation = layer.integers("dilation", 1, 1);
            List<Integer> sides = layer.integers("padding", 0, 0);
            String mode = layer.text("convolutionMode", "Truncate");
            if (mode.equals("Same")) {
                return new Geometry(kernel, stride, Padding.same(), dilation);
            }
            if (!mode.equals("Truncate") && !mode.equals("Strict")) {
                throw layer.refuse("convolutionMode " + mode + " is not supported; Same, Truncate and Strict are");
            }
            if (mode.equals("Strict")) {
                checkExact(
                        layer,
                        "height",
                        image.height() + 2 * sides.get(0),
                        kernel.get(0),
                        stride.get(0),
                        dilation.get(0));
                checkExact(
                        layer,
                        "width",
                        image.width() + 2 * sides.get(1),
                        kernel.get(1),
                        stride.get(1),
                        dilation.get(1));
            }
            return new Geometry(kernel, stride, Padding.symmetric(sides.get(0), sides.get(1)), dilation);
        }
    }

    static void checkExact(Settings layer, String side, int size, int kernel, int stride, int dilation)
            throws BadInputException {
        int span = (kernel - 1) * dilation + 1;
        if (stride > 0 && (size - span) % stride != 0) {
            throw layer.refuse("convolutionMode Strict wants windows that fit exactly, but a padded " + side + " of "
                    + size + " is no multiple of stride " + stride + " beyond a window of " + span);
        }
    }
}
