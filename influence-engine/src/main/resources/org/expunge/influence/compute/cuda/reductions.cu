// Sums in double. The product of two floats is exact in double, so a sum of n of them is off by n roundings of double.
//
// Where one block for each result would leave the GPU idle, blockIdx.y splits what is summed: each split writes a part,
// and a second kernel adds the parts in order. The number of splits follows from the shape, never from the GPU.
//
// Floor: the bytes of x, each read once. Each number costs a conversion to double and an addition in double. By the
// rates in the CUDA C Programming Guide, GPUs with double at 1/2 of the float rate do both faster than memory delivers
// the floats. Those at 1/64 have little to spare, so one load and conversion of y serves four groups: 1.25 conversions
// and one addition for 4 bytes.

// Returns to the threads below `width` the sum over all threads with the same number modulo `width`, a power of two.
__device__ double sumOfLanes(double value, int width) {
    __shared__ double parts[THREADS];
    parts[threadIdx.x] = value;
    __syncthreads();
    for (int half = THREADS / 2; half >= width; half /= 2) {
        if (threadIdx.x < half) {
            parts[threadIdx.x] += parts[threadIdx.x + half];
        }
        __syncthreads();
    }
    value = parts[threadIdx.x];
    __syncthreads();
    return value;
}

// Where this block's split puts its parts of `results` sums.
__device__ double* partsOf(double* parts, long long results) { return parts + blockIdx.y * results; }

__device__ float accumulated(double sum, double beta, float before) {
    return (float)(beta == 0 ? sum : beta * before + sum);
}

// One block sums GROUPS groups and `width` columns, a power of two up to 32, along the rows of its split. Threads with
// the same column share the rows. Calls store(group, column, sum) for each result.
template <int GROUPS, bool HAS_Y, class Store>
__device__ void sumGroups(
    const float* __restrict__ x,
    const float* __restrict__ y,
    int groups,
    int rows,
    int batch,
    int width,
    Store store) {
    int tiles = (batch - 1) / width + 1;
    int column = blockIdx.x % tiles * width + threadIdx.x % width;
    int firstGroup = blockIdx.x / tiles * GROUPS;
    Split split(rows);
    const float* from[GROUPS];
    double sums[GROUPS];
#pragma unroll
    for (int g = 0; g < GROUPS; g++) {
        int group = min(firstGroup + g, groups - 1); // the last group again rather than a branch
        from[g] = x + (size_t)group * rows * batch;
        sums[g] = 0;
    }
    if (column < batch) {
        int lanes = THREADS / width;
#pragma unroll 4
        for (int r = split.first + threadIdx.x / width; r < split.end; r += lanes) {
            size_t at = (size_t)r * batch + column;
            double factor = HAS_Y ? y[at] : 1;
#pragma unroll
            for (int g = 0; g < GROUPS; g++) {
                sums[g] += HAS_Y ? from[g][at] * factor : from[g][at];
            }
        }
    }
#pragma unroll
    for (int g = 0; g < GROUPS; g++) {
        double sum = sumOfLanes(sums[g], width);
        if (threadIdx.x < width && column < batch && firstGroup + g < groups) {
            store(firstGroup + g, column, sum);
        }
    }
}

template <int GROUPS>
__device__ void groupDots(
    const float* x,
    const float* y,
    int groups,
    int rows,
    int batch,
    int width,
    const double* factors,
    double* parts,
    double* sums) {
    double* part = partsOf(parts, (long long)groups * batch);
    bool isWhole = gridDim.y == 1;
    sumGroups<GROUPS, true>(x, y, groups, rows, batch, width, [=](int group, int column, double sum) {
        size_t at = (size_t)group * batch + column;
        if (isWhole) {
            sums[at] += (factors ? factors[group] : 1) * sum;
        } else {
            part[at] = sum;
        }
    });
}

// sums[g, b] += factors[g] times the sum over r of x[g, r, b] y[r, b], or parts of the sum where it is split. No factors
// are ones.
extern "C" __global__ void groupDotsByOne(
    int groups,
    int rows,
    int batch,
    int width,
    const float* x,
    const float* y,
    const double* factors,
    double* parts,
    double* sums) {
    groupDots<1>(x, y, groups, rows, batch, width, factors, parts, sums);
}

// As above, four groups a block: y is read from the cache once for four numbers of x.
extern "C" __global__ void groupDotsByFour(
    int groups,
    int rows,
    int batch,
    int width,
    const float* x,
    const float* y,
    const double* factors,
    double* parts,
    double* sums) {
    groupDots<4>(x, y, groups, rows, batch, width, factors, parts, sums);
}

// to[g, b] = beta to[g, b] + sum over r of x[g, r, b], or parts of the sum where it is split.
extern "C" __global__ void groupSums(
    int groups, int rows, int batch, int width, const float* x, double* parts, double beta, float* to) {
    double* part = partsOf(parts, (long long)groups * batch);
    bool isWhole = gridDim.y == 1;
    sumGroups<1, false>(x, x, groups, rows, batch, width, [=](int group, int column, double sum) {
        size_t at = (size_t)group * batch + column;
        if (isWhole) {
            to[at] = accumulated(sum, beta, to[at]);
        } else {
            part[at] = sum;
        }
    });
}

// `lanes` threads, a warp or a whole block, sum the columns of their split of one row. Calls store(row, sum).
template <bool HAS_Y, class Store>
__device__ void sumRows(
    const float* __restrict__ x, const float* __restrict__ y, int rows, int columns, int lanes, Store store) {
    long long row = (long long)blockIdx.x * (THREADS / lanes) + threadIdx.x / lanes;
    Split split(columns);
    double sum = 0;
    if (row < rows) {
        size_t start = (size_t)row * columns;
#pragma unroll 4
        for (int c = split.first + threadIdx.x % lanes; c < split.end; c += lanes) {
            sum += HAS_Y ? (double)x[start + c] * y[start + c] : (double)x[start + c];
        }
    }
    sum = lanes == WARP ? warpSum(sum) : blockSum(sum);
    if (threadIdx.x % lanes == 0 && row < rows) {
        store((int)row, sum);
    }
}

// sums[r] += sum over c of x[r, c], or parts of the sum where it is split.
extern "C" __global__ void rowSums(int rows, int columns, int lanes, const float* x, double* parts, double* sums) {
    double* part = partsOf(parts, rows);
    bool isWhole = gridDim.y == 1;
    sumRows<false>(x, x, rows, columns, lanes, [=](int row, double sum) {
        if (isWhole) {
            sums[row] += sum;
        } else {
            part[row] = sum;
        }
    });
}

// sums[r] += sum over c of x[r, c] y[r, c], or parts of the sum where it is split.
extern "C" __global__ void rowDots(
    int rows, int columns, int lanes, const float* x, const float* y, double* parts, double* sums) {
    double* part = partsOf(parts, rows);
    bool isWhole = gridDim.y == 1;
    sumRows<true>(x, y, rows, columns, lanes, [=](int row, double sum) {
        if (isWhole) {
            sums[row] += sum;
        } else {
            part[row] = sum;
        }
    });
}

// to[r] = to[r] + sum over c of x[r, c], or parts of the sum where it is split.
extern "C" __global__ void addRowSums(
    int rows, int columns, int lanes, const float* x, double* parts, float* to) {
    double* part = partsOf(parts, rows);
    bool isWhole = gridDim.y == 1;
    sumRows<false>(x, x, rows, columns, lanes, [=](int row, double sum) {
        if (isWhole) {
            to[row] = accumulated(sum, 1, to[row]);
        } else {
            part[row] = sum;
        }
    });
}

__device__ double sumOfParts(const double* part, long long i, long long results, int parts) {
    double sum = 0;
    for (int p = 0; p < parts; p++) {
        sum += part[p * results + i];
    }
    return sum;
}

// sums[i] += factors[i / width] times the parts of sum i. No factors are ones.
extern "C" __global__ void addPartsToSums(
    const double* part, long long results, int parts, int width, const double* factors, double* sums) {
    FOR_EACH(i, results) {
        sums[i] += (factors ? factors[i / width] : 1) * sumOfParts(part, i, results, parts);
    }
}

// to[i] = beta to[i] + the parts of sum i.
extern "C" __global__ void addParts(const double* part, long long results, int parts, double beta, float* to) {
    FOR_EACH(i, results) {
        to[i] = accumulated(sumOfParts(part, i, results, parts), beta, to[i]);
    }
}

// sums[r, c] += factors[r] x[r, c], with rows of the sums at a distance of `stride`. No factors are ones.
extern "C" __global__ void addMatrix(
    int rows, int columns, int stride, const float* x, const double* factors, double* sums) {
    FOR_EACH(i, (long long)rows * columns) {
        unsigned row = (unsigned)i / columns; // some times as fast as a division of 64 bits
        unsigned column = (unsigned)i - row * columns;
        sums[(size_t)row * stride + column] += (factors ? factors[row] : 1) * x[i];
    }
}

// sums[i] += (factors[i] + plus) factors[length + i].
extern "C" __global__ void addProducts(int length, double plus, const double* factors, double* sums) {
    FOR_EACH(i, length) {
        sums[i] += (factors[i] + plus) * factors[length + i];
    }
}

// sums[i] += others[i].
extern "C" __global__ void addSums(int length, const double* others, double* sums) {
    FOR_EACH(i, length) {
        sums[i] += others[i];
    }
}
