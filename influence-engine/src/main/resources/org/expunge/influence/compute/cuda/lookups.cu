// Columns of a table [rows, columns], picked by their numbers. Tables are row-major, so a picked number costs a sector of
// 32 bytes read, and 32 written where it is added to: that is the floor, 40 bytes a number gathered and 72 added. Threads
// run along the picked columns, so the other side is coalesced.

// Writes for each block the first position whose number is not that of a column, infinity if there is none, and the
// number there.
extern "C" __global__ void findWrongIndices(int count, int columns, const float* indices, double* to) {
    double wrong = INFINITY;
    FOR_EACH(j, count) {
        double number = indices[j];
        bool isRight = number == rint(number) && number < columns;
        wrong = isRight || wrong < j ? wrong : j;
    }
    wrong = blockReduce(wrong, Min());
    if (threadIdx.x == 0) {
        to[2 * blockIdx.x] = wrong;
        to[2 * blockIdx.x + 1] = wrong < count ? indices[(long long)wrong] : 0;
    }
}

extern "C" __global__ void gather(
        int rows, int columns, const float* table, int count, const float* indices, float* to) {
    FOR_EACH(i, (long long)rows * count) {
        unsigned r = (unsigned)i / count;
        float column = indices[(unsigned)i - r * count];
        to[i] = column < 0 ? 0 : table[(size_t)r * columns + (size_t)column];
    }
}

// What is added to a column must be added in order, and columns repeat. So positions are first sorted by column, those
// of one column in order. The first position of each column knows where its own begin among them and how many they are;
// later positions, and those of no column, have none.
struct Sorted {
    int* position;
    int* begin;
    int* repeats;

    __device__ Sorted(double* scratch, int count)
            : position((int*)scratch), begin(position + count), repeats(begin + count) {}
};

//
// A position's rank is counted against all others, count^2 comparisons: for up to 8192 positions that is less than a
// radix sort's launches. A block ranks 32 positions, each of its 8 warps against an eighth of the others.
extern "C" __global__ void sortColumns(int count, const float* indices, double* scratch) {
    __shared__ int less[THREADS];
    __shared__ int equal[THREADS];
    __shared__ int before[THREADS];
    int warp = threadIdx.x / WARP;
    int j = blockIdx.x * WARP + threadIdx.x % WARP;
    float own = j < count ? indices[j] : -1;
    int lessHere = 0;
    int equalHere = 0;
    int beforeHere = 0;
#pragma unroll 8
    for (int i = warp; i < count; i += THREADS / WARP) {
        float other = indices[i];
        lessHere += other < own;
        equalHere += other == own;
        beforeHere += other == own && i < j;
    }
    less[threadIdx.x] = lessHere;
    equal[threadIdx.x] = equalHere;
    before[threadIdx.x] = beforeHere;
    __syncthreads();
    if (warp == 0 && j < count) {
        for (int at = threadIdx.x + WARP; at < THREADS; at += WARP) {
            lessHere += less[at];
            equalHere += equal[at];
            beforeHere += before[at];
        }
        Sorted sorted(scratch, count);
        sorted.position[lessHere + beforeHere] = j;
        sorted.begin[j] = lessHere;
        sorted.repeats[j] = own < 0 || beforeHere > 0 ? 0 : equalHere;
    }
}

// table[r, indices[j]] += from[r, j], by the thread of the column's first position.
extern "C" __global__ void addColumns(
        int rows,
        int count,
        const float* __restrict__ from,
        int fromStride,
        const float* __restrict__ indices,
        double* scratch,
        float* __restrict__ table,
        int tableStride) {
    Sorted sorted(scratch, count);
    FOR_EACH(i, (long long)rows * count) {
        size_t r = (unsigned)i / count;
        unsigned j = (unsigned)i - (unsigned)r * count;
        int begin = sorted.begin[j];
        int end = begin + sorted.repeats[j];
        if (begin < end) {
            float* at = table + r * tableStride + (size_t)indices[j];
            float sum = *at;
#pragma unroll 4
            for (int p = begin; p < end; p++) {
                sum += from[r * fromStride + sorted.position[p]];
            }
            *at = sum;
        }
    }
}

// The largest numbers of a row. A block keeps candidates in shared memory, each with its column in one number of 64 bits,
// so that no two are equal, larger numbers come first, and of equal ones those of smaller columns. It takes 1792 numbers
// at a time and keeps those that are larger than the count-th largest so far, which it knows again whenever it has sorted
// and cut the candidates. In a row without order, about count * ln(columns / count) numbers are kept after the first:
// there are a few sorts. In a row that rises all are kept, and some 2000 of them sorted at a time.
//
// Floor: 4 bytes a number of the table, once.

#define CANDIDATES 4096
#define AT_A_TIME (7 * THREADS)

typedef unsigned long long Candidate;

// Orders numbers as Double.compare does: NaN above all, -0 below 0. None is 0.
__device__ inline Candidate candidate(float number, int column) {
    unsigned bits = number != number ? 0x7fc00000u : __float_as_uint(number);
    unsigned ordered = bits >> 31 ? ~bits : bits | 0x80000000u;
    return (Candidate)ordered << 32 | (unsigned)~column;
}

__device__ inline float numberOf(Candidate c) {
    unsigned ordered = (unsigned)(c >> 32);
    return __int_as_float((int)(ordered >> 31 ? ordered & 0x7fffffffu : ~ordered));
}

__device__ inline int columnOf(Candidate c) { return (int)~(unsigned)c; }

// Sorts the first n candidates, the largest first, by a bitonic network. Called by all threads after a barrier.
__device__ void sortCandidates(Candidate* candidates, int n) {
    int size = 1;
    while (size < n) {
        size *= 2;
    }
    FOR_EACH_IN_BLOCK(i, size - n) {
        candidates[n + i] = 0;
    }
    __syncthreads();
    for (int run = 2; run <= size; run *= 2) {
        for (int distance = run / 2; distance > 0; distance /= 2) {
            FOR_EACH_IN_BLOCK(pair, size / 2) {
                int low = (int)pair / distance * 2 * distance + (int)pair % distance;
                int high = low + distance;
                Candidate first = candidates[low];
                Candidate second = candidates[high];
                bool isFalling = (low & run) == 0;
                if (isFalling ? first < second : first > second) {
                    candidates[low] = second;
                    candidates[high] = first;
                }
            }
            __syncthreads();
        }
    }
}

extern "C" __global__ void __launch_bounds__(THREADS) top(
        int columns, const float* __restrict__ table, int count, float* values, float* indices) {
    __shared__ Candidate candidates[CANDIDATES];
    __shared__ int kept;
    const float* row = table + (size_t)blockIdx.x * columns;
    Candidate least = 0; // what a candidate must exceed
    if (threadIdx.x == 0) {
        kept = 0;
    }
    __syncthreads();
    for (int first = 0; first < columns; first += AT_A_TIME) {
        float numbers[AT_A_TIME / THREADS];
#pragma unroll
        for (int i = 0; i < AT_A_TIME / THREADS; i++) {
            int c = first + i * THREADS + threadIdx.x;
            numbers[i] = c < columns ? row[c] : 0;
        }
#pragma unroll
        for (int i = 0; i < AT_A_TIME / THREADS; i++) {
            int c = first + i * THREADS + threadIdx.x;
            Candidate own = candidate(numbers[i], c);
            if (c < columns && own > least) {
                candidates[atomicAdd(&kept, 1)] = own; // in any order: they are sorted, and no two are equal
            }
        }
        __syncthreads();
        int n = kept;
        __syncthreads();
        if (n > CANDIDATES - AT_A_TIME || first + AT_A_TIME >= columns) {
            sortCandidates(candidates, n);
            n = min(n, count);
            least = n == count ? candidates[count - 1] : 0;
            if (threadIdx.x == 0) {
                kept = n;
            }
            __syncthreads();
        }
    }
    FOR_EACH_IN_BLOCK(k, count) {
        values[(size_t)blockIdx.x * count + k] = numberOf(candidates[k]);
        indices[(size_t)blockIdx.x * count + k] = columnOf(candidates[k]);
    }
}
