// Windows over image tiles [C, H, W, B]: neighbouring threads take neighbouring examples, so that every access of a warp
// is to one run of memory. Buffers hold fewer than 2^31 numbers, so indexes are 32 bits wide: a division by a size that
// is known at run time takes several times as long in 64.
//
// Sums are gathered: each pixel adds what came from it in the order of the windows, without atomics.

struct Window {
    int channels, height, width;
    int kernelHeight, kernelWidth;
    int strideHeight, strideWidth;
    int padTop, padLeft;
    int dilationHeight, dilationWidth;
    int outHeight, outWidth;
};

#define WINDOW_PARAMETERS                                                                                              \
    int channels, int height, int width, int kernelHeight, int kernelWidth, int strideHeight, int strideWidth,         \
        int padTop, int padLeft, int dilationHeight, int dilationWidth, int outHeight, int outWidth, int batch

#define WINDOW                                                                                                         \
    Window {                                                                                                           \
        channels, height, width, kernelHeight, kernelWidth, strideHeight, strideWidth, padTop, padLeft,                \
            dilationHeight, dilationWidth, outHeight, outWidth                                                         \
    }

// An element of a tile [C, height, width, B].
struct Place {
    int example, column, row, channel;

    __device__ Place(unsigned index, unsigned height, unsigned width, unsigned batch) {
        unsigned position = index / batch;
        example = index - position * batch;
        unsigned line = position / width;
        column = position - line * width;
        channel = line / height;
        row = line - channel * height;
    }
};

// One axis of a window, over the image.
struct Axis {
    int size, kernel, stride, padding, dilation, outputs;

    // Returns where element k of a window lies, which may be outside.
    __device__ int at(int output, int k) const { return output * stride - padding + k * dilation; }

    // Returns the first window that may hold a place, and the last.
    __device__ int first(int place) const {
        int beyond = place + padding - (kernel - 1) * dilation;
        return beyond <= 0 ? 0 : (beyond - 1) / stride + 1;
    }

    __device__ int last(int place) const { return min(outputs - 1, (place + padding) / stride); }

    // Returns which element of a window between the two lies at a place, or -1.
    __device__ int element(int output, int place) const {
        int distance = place + padding - output * stride;
        if (dilation == 1) {
            return distance;
        }
        int k = distance / dilation;
        return k * dilation == distance ? k : -1;
    }

    // Returns how many elements of a window lie inside.
    __device__ int inside(int output) const {
        int start = at(output, 0);
        int outsideBefore = start < 0 ? (-start - 1) / dilation + 1 : 0;
        int end = start < size ? min(kernel, (size - start - 1) / dilation + 1) : 0;
        return end - outsideBefore;
    }
};

__device__ Axis rowsOf(const Window& w) {
    return Axis{w.height, w.kernelHeight, w.strideHeight, w.padTop, w.dilationHeight, w.outHeight};
}

__device__ Axis columnsOf(const Window& w) {
    return Axis{w.width, w.kernelWidth, w.strideWidth, w.padLeft, w.dilationWidth, w.outWidth};
}

__device__ float plus(float a, float b) { return a + b; }

__device__ float4 plus(float4 a, float4 b) { return make_float4(a.x + b.x, a.y + b.y, a.z + b.z, a.w + b.w); }

__device__ bool isInside(const Window& w, int row, int column) {
    return row >= 0 && row < w.height && column >= 0 && column < w.width;
}

__device__ size_t pixelAt(const Window& w, int channel, int row, int column, int batch) {
    return ((size_t)(channel * w.height + row) * w.width + column) * batch;
}

// Calls visit(slot, window position) for each window element that lies at a pixel, in the order of the windows.
template <class Visit>
__device__ void forEachWindow(const Window& w, int row, int column, Visit visit) {
    Axis rows = rowsOf(w);
    Axis columns = columnsOf(w);
    int lastRow = rows.last(row);
    int firstColumn = columns.first(column);
    int lastColumn = columns.last(column);
    for (int outRow = rows.first(row); outRow <= lastRow; outRow++) {
        int kernelRow = rows.element(outRow, row);
        if (kernelRow < 0) {
            continue;
        }
        for (int outColumn = firstColumn; outColumn <= lastColumn; outColumn++) {
            int kernelColumn = columns.element(outColumn, column);
            if (kernelColumn >= 0) {
                visit(kernelRow * w.kernelWidth + kernelColumn, outRow, outColumn);
            }
        }
    }
}

// Calls visit(slot, row, column) for each element of a window that lies inside the image, in the order of the slots.
template <class Visit>
__device__ void forEachInside(const Window& w, int outRow, int outColumn, Visit visit) {
    Axis rows = rowsOf(w);
    Axis columns = columnsOf(w);
    for (int kernelRow = 0; kernelRow < w.kernelHeight; kernelRow++) {
        int row = rows.at(outRow, kernelRow);
        for (int kernelColumn = 0; kernelColumn < w.kernelWidth; kernelColumn++) {
            int column = columns.at(outColumn, kernelColumn);
            if (isInside(w, row, column)) {
                visit(kernelRow * w.kernelWidth + kernelColumn, row, column);
            }
        }
    }
}

// A block takes `width` numbers, a power of two, of THREADS / width rows of the column matrix. T is one example or four.
template <class T>
__device__ void imageToColumns(const Window& w, unsigned batch, unsigned width, const T* __restrict__ image, T* columns) {
    unsigned length = (unsigned)w.outHeight * w.outWidth * batch;
    unsigned patches = (unsigned)w.channels * w.kernelHeight * w.kernelWidth;
    unsigned lanes = THREADS / width;
    unsigned i = blockIdx.x * width + threadIdx.x % width;
    if (i >= length) {
        return;
    }
    Place output(i, w.outHeight, w.outWidth, batch);
    for (unsigned patch = blockIdx.y * lanes + threadIdx.x / width; patch < patches; patch += gridDim.y * lanes) {
        unsigned kernelLine = patch / w.kernelWidth;
        unsigned channel = kernelLine / w.kernelHeight;
        int row = rowsOf(w).at(output.row, kernelLine - channel * w.kernelHeight);
        int column = columnsOf(w).at(output.column, patch - kernelLine * w.kernelWidth);
        columns[(size_t)patch * length + i] =
            isInside(w, row, column) ? image[pixelAt(w, channel, row, column, batch) + output.example] : T();
    }
}

// Floor: the columns written, 4 bytes a number; the image, a kernel's size smaller, comes from the cache but once.
extern "C" __global__ void imageToColumns1(WINDOW_PARAMETERS, int blockWidth, const float* image, float* columns) {
    imageToColumns(WINDOW, batch, blockWidth, image, columns);
}

// As above for a batch that is a multiple of four.
extern "C" __global__ void imageToColumns4(WINDOW_PARAMETERS, int blockWidth, const float* image, float* columns) {
    imageToColumns(WINDOW, batch / 4, blockWidth, (const float4*)image, (float4*)columns);
}

template <class T>
__device__ void columnsToImage(const Window& w, int batch, const T* __restrict__ columns, T* image) {
    size_t positions = (size_t)w.outHeight * w.outWidth;
    FOR_EACH(i, (long long)w.channels * w.height * w.width * batch) {
        Place pixel(i, w.height, w.width, batch);
        size_t firstPatch = (size_t)pixel.channel * w.kernelHeight * w.kernelWidth;
        T sum = T();
        forEachWindow(w, pixel.row, pixel.column, [&](int slot, int outRow, int outColumn) {
            size_t position = (firstPatch + slot) * positions + outRow * w.outWidth + outColumn;
            sum = plus(sum, columns[position * batch + pixel.example]);
        });
        image[i] = sum;
    }
}

// Floor: the columns read and the image written, 4 bytes a number; each column entry is read once.
extern "C" __global__ void columnsToImage1(WINDOW_PARAMETERS, const float* columns, float* image) {
    columnsToImage(WINDOW, batch, columns, image);
}

// As above for a batch that is a multiple of four.
extern "C" __global__ void columnsToImage4(WINDOW_PARAMETERS, const float* columns, float* image) {
    columnsToImage(WINDOW, batch / 4, (const float4*)columns, (float4*)image);
}

// The largest number, NaN where there is one, and its slot, the first on ties. Floor: the image read and two outputs
// written, 4 bytes a number; windows that overlap share lines of the cache.
extern "C" __global__ void maxPool(WINDOW_PARAMETERS, const float* __restrict__ image, float* pooled, float* slots) {
    Window w = WINDOW;
    FOR_EACH(i, (long long)w.channels * w.outHeight * w.outWidth * batch) {
        Place output(i, w.outHeight, w.outWidth, batch);
        float largest = -INFINITY;
        int chosen = 0;
        forEachInside(w, output.row, output.column, [&](int slot, int row, int column) {
            float value = image[pixelAt(w, output.channel, row, column, batch) + output.example];
            if (value > largest) {
                largest = value;
                chosen = slot;
            } else if (value != value) {
                largest = value;
            }
        });
        pooled[i] = largest;
        slots[i] = chosen;
    }
}

// Floor: slots and deltas read once, the image's delta written, 4 bytes a number.
extern "C" __global__ void maxPoolBackward(
    WINDOW_PARAMETERS, const float* __restrict__ slots, const float* __restrict__ pooledDelta, float* imageDelta) {
    Window w = WINDOW;
    FOR_EACH(i, (long long)w.channels * w.height * w.width * batch) {
        Place pixel(i, w.height, w.width, batch);
        float sum = 0;
        forEachWindow(w, pixel.row, pixel.column, [&](int slot, int outRow, int outColumn) {
            size_t line = (size_t)pixel.channel * w.outHeight + outRow;
            size_t at = (line * w.outWidth + outColumn) * batch + pixel.example;
            if (slots[at] == slot) {
                sum += pooledDelta[at];
            }
        });
        imageDelta[i] = sum;
    }
}

// 0 where the slot names no pixel. Floor: slots and as many pixels read, the tangent written, 4 bytes a number.
extern "C" __global__ void maxPoolGather(
    WINDOW_PARAMETERS, const float* __restrict__ slots, const float* __restrict__ image, float* pooled) {
    Window w = WINDOW;
    FOR_EACH(i, (long long)w.channels * w.outHeight * w.outWidth * batch) {
        Place output(i, w.outHeight, w.outWidth, batch);
        float slot = slots[i];
        bool isSlot = slot >= 0 && slot < w.kernelHeight * w.kernelWidth;
        int chosen = isSlot ? (int)slot : 0;
        int row = rowsOf(w).at(output.row, chosen / w.kernelWidth);
        int column = columnsOf(w).at(output.column, chosen % w.kernelWidth);
        pooled[i] = isSlot && isInside(w, row, column)
            ? image[pixelAt(w, output.channel, row, column, batch) + output.example]
            : 0;
    }
}

__device__ float divisor(const Window& w, int countsPadding, int outRow, int outColumn) {
    return countsPadding ? w.kernelHeight * w.kernelWidth : rowsOf(w).inside(outRow) * columnsOf(w).inside(outColumn);
}

// Floor: the image read once, the means written, 4 bytes a number.
extern "C" __global__ void averagePool(
    WINDOW_PARAMETERS, int countsPadding, const float* __restrict__ image, float* pooled) {
    Window w = WINDOW;
    FOR_EACH(i, (long long)w.channels * w.outHeight * w.outWidth * batch) {
        Place output(i, w.outHeight, w.outWidth, batch);
        float sum = 0;
        forEachInside(w, output.row, output.column, [&](int slot, int row, int column) {
            sum += image[pixelAt(w, output.channel, row, column, batch) + output.example];
        });
        pooled[i] = sum / divisor(w, countsPadding, output.row, output.column);
    }
}

// Floor: the deltas read once, the image's delta written, 4 bytes a number.
extern "C" __global__ void averagePoolBackward(
    WINDOW_PARAMETERS, int countsPadding, const float* __restrict__ pooledDelta, float* imageDelta) {
    Window w = WINDOW;
    FOR_EACH(i, (long long)w.channels * w.height * w.width * batch) {
        Place pixel(i, w.height, w.width, batch);
        float sum = 0;
        forEachWindow(w, pixel.row, pixel.column, [&](int slot, int outRow, int outColumn) {
            size_t line = (size_t)pixel.channel * w.outHeight + outRow;
            float delta = pooledDelta[(line * w.outWidth + outColumn) * batch + pixel.example];
            sum += delta / divisor(w, countsPadding, outRow, outColumn);
        });
        imageDelta[i] = sum;
    }
}
