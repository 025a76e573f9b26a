// One step of an optimiser over one parameter tensor, in float throughout as in DL4J. The rate is read from memory, so
// that a graph of steps serves all of them.
//
// Floor: memory. Bytes a parameter: 12 (SGD), 20 (momentum, Nesterov), 28 (Adam) for at most 12 FLOPs, a square root and
// a division. Each tensor is read and written once, in fours.

template <int STATES, class F>
__device__ inline void step(int n, const float* gradient, float* const (&states)[STATES], F f) {
    bool isVector = areAligned(gradient);
    for (int s = 0; s < STATES; s++) {
        isVector = isVector && areAligned(states[s]);
    }
    long long vectors = isVector ? n / 4 : 0;
#pragma unroll 1
    FOR_EACH(i, vectors) {
        Four g = fours(gradient)[i];
        Four held[STATES];
        for (int s = 0; s < STATES; s++) {
            held[s] = fours(states[s])[i];
        }
        for (int j = 0; j < 4; j++) {
            float of[STATES];
            for (int s = 0; s < STATES; s++) {
                of[s] = held[s].at[j];
            }
            f(g.at[j], of);
            for (int s = 0; s < STATES; s++) {
                held[s].at[j] = of[s];
            }
        }
        for (int s = 0; s < STATES; s++) {
            fours(states[s])[i] = held[s];
        }
    }
#pragma unroll 1
    FOR_EACH(i, n - 4 * vectors) {
        long long at = 4 * vectors + i;
        float of[STATES];
        for (int s = 0; s < STATES; s++) {
            of[s] = states[s][at];
        }
        f(gradient[at], of);
        for (int s = 0; s < STATES; s++) {
            states[s][at] = of[s];
        }
    }
}

extern "C" __global__ void sgd(int n, const float* rate, const float* gradient, float* w) {
    float eta = *rate;
    step(n, gradient, {w}, [=](float g, float (&of)[1]) { of[0] -= eta * g; });
}

extern "C" __global__ void momentum(int n, const float* rate, float mu, const float* gradient, float* v, float* w) {
    float eta = *rate;
    step(n, gradient, {v, w}, [=](float g, float (&of)[2]) {
        of[0] = mu * of[0] + g;
        of[1] -= eta * of[0];
    });
}

extern "C" __global__ void nesterov(int n, const float* rate, float mu, const float* gradient, float* v, float* w) {
    float eta = *rate;
    step(n, gradient, {v, w}, [=](float g, float (&of)[2]) {
        float before = mu * of[0];
        of[0] = before - eta * g;
        of[1] += (1 + mu) * of[0] - before;
    });
}

// rest1 = 1 - beta1 and rest2 = 1 - beta2, taken in double.
extern "C" __global__ void adam(
        int n,
        const float* rate,
        float beta1,
        float rest1,
        float beta2,
        float rest2,
        float epsilon,
        const float* gradient,
        float* m,
        float* v,
        float* w) {
    float eta = *rate;
    step(n, gradient, {m, v, w}, [=](float g, float (&of)[3]) {
        of[0] = beta1 * of[0] + rest1 * g;
        of[1] = beta2 * of[1] + rest2 * g * g;
        of[2] -= eta * of[0] / (sqrtf(of[1]) + epsilon);
    });
}
