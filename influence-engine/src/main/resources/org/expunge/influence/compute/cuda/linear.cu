// What is left of linear algebra beside cuBLAS. All of it waits for memory.

#define TILE 32

// to[c, r] = from[r, c]. One block moves a tile through shared memory, so that reads and writes both run along rows; the
// odd row length keeps a column of the tile in 32 different banks. Floor: 8 bytes a number.
extern "C" __global__ void transpose(const float* __restrict__ from, float* to, int rows, int columns) {
    __shared__ float tile[TILE][TILE + 1];
    int tilesAcross = (columns - 1) / TILE + 1;
    int firstRow = blockIdx.x / tilesAcross * TILE;
    int firstColumn = blockIdx.x % tilesAcross * TILE;
    int along = threadIdx.x % TILE;
    int step = THREADS / TILE;
    for (int r = threadIdx.x / TILE; r < TILE; r += step) {
        if (firstRow + r < rows && firstColumn + along < columns) {
            tile[r][along] = from[(size_t)(firstRow + r) * columns + firstColumn + along];
        }
    }
    __syncthreads();
    for (int c = threadIdx.x / TILE; c < TILE; c += step) {
        if (firstColumn + c < columns && firstRow + along < rows) {
            to[(size_t)(firstColumn + c) * rows + firstRow + along] = tile[along][c];
        }
    }
}

// y = y + alpha x. Floor: 12 bytes a number.
extern "C" __global__ void addScaled(int n, float alpha, const float* x, float* y) {
    map(n, [=](float a, float b) { return alpha * a + b; }, y, x, (const float*)y);
}

// x = alpha x. Floor: 8 bytes a number.
extern "C" __global__ void scale(int n, float alpha, float* x) {
    map(n, [=](float a) { return alpha * a; }, x, (const float*)x);
}

// to[r, c] = from[r, c] where rows lie strides apart. Floor: 8 bytes a number; threads run along rows.
extern "C" __global__ void copyRows(
    long long length, int columns, int fromStride, int toStride, const float* from, float* to) {
    FOR_EACH(i, length) {
        unsigned row = (unsigned)i / columns; // some times as fast as a division of 64 bits
        unsigned column = (unsigned)i - row * columns;
        to[(size_t)row * toStride + column] = from[(size_t)row * fromStride + column];
    }
}

// Multiplies by beta each of `length` numbers that lie in rows, `stride` apart, of matrices, `step` apart; a beta of 0
// clears them unread.
extern "C" __global__ void scaleRows(
    float* to, float beta, long long length, int rows, int columns, int stride, long long step) {
    FOR_EACH(i, length) {
        long long row = i / columns;
        size_t at = row / rows * step + row % rows * stride + i % columns;
        to[at] = beta == 0 ? 0 : beta * to[at];
    }
}
