// What the emulated NVRTC gives as PTX or CUBIN: a header and a shared library for this machine.
#pragma once

#include <stddef.h>
#include <stdint.h>

namespace expunge {

constexpr char BLOB_MAGIC[17] = "EXPUNGE EMULATOR";
constexpr uint32_t BLOB_PTX = 1, BLOB_BINARY = 2;

// Which sources the emulator was built of: modules that another one compiled are not taken.
#ifndef EXPUNGE_BUILD
#define EXPUNGE_BUILD "unknown"
#endif
constexpr char BLOB_BUILD[] = EXPUNGE_BUILD;
constexpr size_t BUILD_LENGTH = 64;
static_assert(sizeof BLOB_BUILD <= BUILD_LENGTH + 1);

struct BlobHeader {
    char magic[16];
    char build[BUILD_LENGTH];
    uint32_t kind;
    // 90 for compute capability 9.0.
    uint32_t architecture;
    uint64_t size;
    uint64_t checksum;
};

inline uint64_t blob_checksum(const char* bytes, size_t size) {
    uint64_t hash = 14695981039346656037u;
    for (size_t i = 0; i < size; i++) hash = (hash ^ static_cast<unsigned char>(bytes[i])) * 1099511628211u;
    return hash;
}

}  // namespace expunge
