// Rows of data, to columns of what a network reads.

#define TILE 32

// to[c, i] = from[places[i], c], or from[i, c] without places; `to` has `count` columns. One block moves a tile through
// shared memory, as a transpose does: a row is read along its numbers, 32 of them in one go wherever it lies, and written
// along the picked rows. Floor: 8 bytes a number.
extern "C" __global__ void gatherRows(
    const float* __restrict__ from, const float* __restrict__ places, float* to, int count, int width) {
    __shared__ float tile[TILE][TILE + 1];
    int tilesAcross = (width - 1) / TILE + 1;
    int first = blockIdx.x / tilesAcross * TILE;
    int firstColumn = blockIdx.x % tilesAcross * TILE;
    int along = threadIdx.x % TILE;
    int step = THREADS / TILE;
    for (int r = threadIdx.x / TILE; r < TILE; r += step) {
        int i = first + r;
        if (i < count && firstColumn + along < width) {
            size_t place = places ? (size_t)places[i] : i;
            tile[r][along] = from[place * width + firstColumn + along];
        }
    }
    __syncthreads();
    for (int c = threadIdx.x / TILE; c < TILE; c += step) {
        if (firstColumn + c < width && first + along < count) {
            to[(size_t)(firstColumn + c) * count + first + along] = tile[along][c];
        }
    }
}
