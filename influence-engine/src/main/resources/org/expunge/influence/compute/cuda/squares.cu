// Products of which only the squares are wanted, summed over many of them: the products stay in registers.
//
// A block makes a tile of 128 rows by 64 columns, 8 by 4 of it in each thread. Its rows are those of several matrices
// A_i: of eight where they have up to 16 rows, of four up to 32, of two else. So short matrices fill a tile, and one tile
// of B serves all of them. When the inner dimension is through, each thread squares its numbers and adds them to 32 sums
// in registers, and goes on with the next matrices, at most 16 times. The sums go to memory as a part for each number of
// each split of blockIdx.y, and another kernel adds the parts of a number, in order and in double.
//
// Floor: 2 count m k n FLOP, and 4 (count m k + k n) bytes read and 16 m n of sums; the products, 8 count m n bytes
// there and back, are not among them. The inner loop takes 3 loads of 16 bytes from shared memory for 32
// multiplications and additions; a block takes 1 byte from the cache for 21 FLOP. Parts are 8 bytes a number, once for up
// to 16 products.

#define ROWS 128
#define COLUMNS 64
#define DEPTH 8
#define ROWS_OF_THREAD 8
#define COLUMNS_OF_THREAD 4
#define THREADS_ACROSS (COLUMNS / COLUMNS_OF_THREAD)
// Rows of shared memory are longer, so that numbers of different depth lie in different banks, and start on 16 bytes.
#define PADDING 4

#define LOADS_OF_A (ROWS * DEPTH / THREADS)
#define LOADS_OF_B (COLUMNS * DEPTH / THREADS)

// Rows whose numbers lie side by side: of matrices A_i, or of the transpose of B. Number c of row r lies at r * stride + c.
struct Rows {
    const float* at;
    int rows;
    int stride;
};

// What a block has of A and B at a time: number d of a row of A, and number d of a column of B.
struct alignas(16) Tiles {
    float a[DEPTH][ROWS + PADDING];
    float b[DEPTH][COLUMNS + PADDING];
};

// The numbers of the next tiles, on their way from memory to shared memory. A thread moves one of every 32nd row.
template <int MATRICES>
struct Ahead {
    float a[LOADS_OF_A];
    float b[LOADS_OF_B];

    // Loads number c of rows of A_i, `step` apart, and of B; 0 where there is none.
    __device__ void load(Rows left, int step, int matrices, int firstRow, Rows right, int firstColumn, int columns, int k) {
        int side = threadIdx.x / DEPTH;
        int c = k + threadIdx.x % DEPTH;
        bool isInside = c < columns;
#pragma unroll
        for (int i = 0; i < LOADS_OF_A; i++) {
            int ofTile = side + i * (THREADS / DEPTH);
            int matrix = ofTile / (ROWS / MATRICES);
            int row = firstRow + ofTile % (ROWS / MATRICES);
            a[i] = isInside && matrix < matrices && row < left.rows
                ? left.at[matrix * step + row * left.stride + c]
                : 0;
        }
#pragma unroll
        for (int i = 0; i < LOADS_OF_B; i++) {
            int row = firstColumn + side + i * (THREADS / DEPTH);
            b[i] = isInside && row < right.rows ? right.at[row * right.stride + c] : 0;
        }
    }

    __device__ void store(Tiles* to) const {
        int side = threadIdx.x / DEPTH;
        int depth = threadIdx.x % DEPTH;
#pragma unroll
        for (int i = 0; i < LOADS_OF_A; i++) {
            to->a[depth][side + i * (THREADS / DEPTH)] = a[i];
        }
#pragma unroll
        for (int i = 0; i < LOADS_OF_B; i++) {
            to->b[depth][side + i * (THREADS / DEPTH)] = b[i];
        }
    }
};

// A thread's numbers of a tile.
struct Numbers {
    float at[ROWS_OF_THREAD][COLUMNS_OF_THREAD];

    __device__ void clear() {
#pragma unroll
        for (int r = 0; r < ROWS_OF_THREAD; r++) {
#pragma unroll
            for (int c = 0; c < COLUMNS_OF_THREAD; c++) {
                at[r][c] = 0;
            }
        }
    }

    __device__ void addProducts(const Tiles* tiles, int row, int column) {
#pragma unroll
        for (int d = 0; d < DEPTH; d++) {
            Four top = *fours(&tiles->a[d][row]);
            Four bottom = *fours(&tiles->a[d][row + 4]);
            Four across = *fours(&tiles->b[d][column]);
#pragma unroll
            for (int c = 0; c < COLUMNS_OF_THREAD; c++) {
#pragma unroll
                for (int r = 0; r < 4; r++) {
                    at[r][c] += top.at[r] * across.at[c];
                    at[r + 4][c] += bottom.at[r] * across.at[c];
                }
            }
        }
    }

    __device__ void addSquares(const Numbers& products) {
#pragma unroll
        for (int r = 0; r < ROWS_OF_THREAD; r++) {
#pragma unroll
            for (int c = 0; c < COLUMNS_OF_THREAD; c++) {
                at[r][c] += products.at[r][c] * products.at[r][c];
            }
        }
    }

    // Writes the numbers where the threads of a block have theirs side by side.
    __device__ void write(float* to) const {
#pragma unroll
        for (int r = 0; r < ROWS_OF_THREAD; r++) {
#pragma unroll
            for (int c = 0; c < COLUMNS_OF_THREAD; c++) {
                to[(r * COLUMNS_OF_THREAD + c) * THREADS] = at[r][c];
            }
        }
    }
};

// Where the part of a number of a tile lies.
__device__ inline int partOf(int side, int across) {
    int thread = side / ROWS_OF_THREAD * THREADS_ACROSS + across / COLUMNS_OF_THREAD;
    return (side % ROWS_OF_THREAD * COLUMNS_OF_THREAD + across % COLUMNS_OF_THREAD) * THREADS + thread;
}

// The parts of a tile: sums of (A_i B)^2 over every MATRICES-th i of the split. They lie where partOf says; tiles lie one
// behind the other, and so do splits of all of them.
template <int MATRICES>
__device__ void squaredProducts(Rows left, int step, int count, Rows right, int columns, float* parts) {
    __shared__ Tiles tiles[2];
    int tilesAcross = (right.rows - 1) / COLUMNS + 1;
    int firstRow = blockIdx.x / tilesAcross * (ROWS / MATRICES);
    int firstColumn = blockIdx.x % tilesAcross * COLUMNS;
    int side = threadIdx.x / THREADS_ACROSS * ROWS_OF_THREAD;
    int across = threadIdx.x % THREADS_ACROSS * COLUMNS_OF_THREAD;
    Split split(count);
    left.at += (size_t)split.first * step;
    int matrices = split.end - split.first; // that are left
    Ahead<MATRICES> ahead;
    Numbers products;
    Numbers squares;
    products.clear();
    squares.clear();
    ahead.load(left, step, matrices, firstRow, right, firstColumn, columns, 0);
    ahead.store(&tiles[0]);
    __syncthreads();
    int now = 0;
    int k = 0;
    while (matrices > 0) {
        k += DEPTH;
        bool isThrough = k >= columns;
        if (isThrough) {
            k = 0;
            matrices -= MATRICES;
            left.at += (size_t)MATRICES * step;
        }
        if (matrices > 0) {
            ahead.load(left, step, matrices, firstRow, right, firstColumn, columns, k);
        }
        products.addProducts(&tiles[now], side, across);
        if (isThrough) {
            squares.addSquares(products);
            products.clear();
        }
        now = 1 - now;
        if (matrices > 0) {
            ahead.store(&tiles[now]);
        }
        __syncthreads();
    }
    squares.write(parts + ((size_t)blockIdx.y * gridDim.x + blockIdx.x) * (ROWS * COLUMNS) + threadIdx.x);
}

#define SQUARED_PRODUCTS(MATRICES) \
    extern "C" __global__ void __launch_bounds__(THREADS, 2) squaredProductsBy##MATRICES( \
        int m, int k, int n, int count, const float* a, int strideA, int step, const float* b, int strideB, \
        float* parts) { \
        Rows left = {a, m, strideA}; \
        Rows right = {b, n, strideB}; \
        squaredProducts<MATRICES>(left, step, count, right, k, parts); \
    }

SQUARED_PRODUCTS(2)
SQUARED_PRODUCTS(4)
SQUARED_PRODUCTS(8)

// sums[r, c] += the parts of all splits and of all matrices of a tile. Floor: their 4 bytes, and 16 of the sum.
extern "C" __global__ void addSquares(
    int m, int n, int matrices, int tiles, int splits, const float* __restrict__ parts, double* sums) {
    int rowsOfMatrix = ROWS / matrices;
    int tilesAcross = (n - 1) / COLUMNS + 1;
    FOR_EACH(i, (long long)m * n) {
        int row = (int)i / n;
        int column = (int)i - row * n;
        int tile = row / rowsOfMatrix * tilesAcross + column / COLUMNS;
        double sum = 0;
        for (int s = 0; s < splits; s++) {
            const float* part = parts + ((size_t)s * tiles + tile) * (ROWS * COLUMNS);
            for (int matrix = 0; matrix < matrices; matrix++) {
                sum += part[partOf(matrix * rowsOfMatrix + row % rowsOfMatrix, column % COLUMNS)];
            }
        }
        sums[i] += sum;
    }
}
