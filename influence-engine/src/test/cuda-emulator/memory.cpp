// Device memory: pages between guards, filled with NaN, at addresses that are not used again soon.
#include <sys/mman.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>

#include "emulator.h"

namespace expunge {

namespace {

constexpr size_t PAGE = 4096, NEAR = 256, ROUNDING = 512;
constexpr size_t RESERVED = size_t{64} << 30;
constexpr size_t DEFAULT_LIMIT = size_t{2} << 30;
// NaN as float and as double.
constexpr uint32_t GUARD = 0xFFF5A5A5u, FRESH = 0xFFFBADBAu;

size_t rounded(size_t bytes, size_t unit) { return (bytes + unit - 1) / unit * unit; }

size_t span_of(size_t bytes) { return PAGE + rounded(bytes, PAGE) + PAGE; }

unsigned char pattern_byte(Address at, uint32_t pattern) { return static_cast<unsigned char>(pattern >> 8 * (at % 4)); }

void fill(Address from, Address to, uint32_t pattern) {
    auto byte = [pattern](Address at) { *reinterpret_cast<unsigned char*>(at) = pattern_byte(at, pattern); };
    for (; from < to && from % 4 != 0; from++) byte(from);
    for (; from + 4 <= to; from += 4) *reinterpret_cast<uint32_t*>(from) = pattern;
    for (; from < to; from++) byte(from);
}

void check(Address from, Address to, Address base, size_t bytes, const char* side, const std::string& culprit) {
    Address at = from;
    while (at < to) {
        if (at % 4 == 0 && at + 4 <= to && *reinterpret_cast<uint32_t*>(at) == GUARD) {
            at += 4;
        } else if (*reinterpret_cast<unsigned char*>(at) == pattern_byte(at, GUARD)) {
            at++;
        } else {
            size_t distance = at < base ? base - at : at - (base + bytes);
            throw DeviceError{ILLEGAL_ADDRESS,
                    culprit + " wrote " + std::to_string(distance) + " bytes " + side + " an allocation of "
                            + std::to_string(bytes) + " bytes"};
        }
    }
}

size_t limit_by_environment() {
    const char* text = getenv("EXPUNGE_EMULATOR_MEMORY");
    return text ? strtoull(text, nullptr, 10) : DEFAULT_LIMIT;
}

}  // namespace

Memory::Memory() : limit_(limit_by_environment()) {
    void* range = mmap(nullptr, RESERVED, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (range == MAP_FAILED) {
        fprintf(stderr, "CUDA emulator: cannot reserve addresses for device memory\n");
        abort();
    }
    begin_ = cursor_ = reinterpret_cast<Address>(range);
    end_ = begin_ + RESERVED;
}

// First gap after the cursor; one page without access is left behind every allocation.
Address Memory::place(size_t span) {
    for (int turn = 0; turn < 2; turn++) {
        Address at = cursor_;
        for (auto next = device_.lower_bound(cursor_); at + span + PAGE <= end_; ++next) {
            Address bound = next == device_.end() ? end_ : next->first - PAGE;
            if (at + span + PAGE <= bound) {
                cursor_ = at + span + PAGE;
                return at;
            }
            if (next == device_.end()) break;
            at = std::max(at, bound + span_of(next->second) + PAGE);
        }
        cursor_ = begin_;
    }
    return 0;
}

Result Memory::allocate(size_t bytes, Address* address) {
    if (bytes == 0 || !address) return INVALID_VALUE;
    if (bytes > limit_ || rounded(bytes, ROUNDING) > limit_ - used_) return OUT_OF_MEMORY;
    size_t span = span_of(bytes);
    Address start = place(span);
    if (!start || mprotect(reinterpret_cast<void*>(start), span, PROT_READ | PROT_WRITE) != 0) return OUT_OF_MEMORY;
    Address base = start + PAGE;
    fill(start, base, GUARD);
    fill(base, base + bytes, FRESH);
    fill(base + bytes, start + span, GUARD);
    device_[base] = bytes;
    used_ += rounded(bytes, ROUNDING);
    *address = base;
    return SUCCESS;
}

Result Memory::release(Address address) {
    auto found = device_.find(address);
    if (found == device_.end()) return INVALID_VALUE;
    check_guards_of(address, "something");
    void* start = reinterpret_cast<void*>(address - PAGE);
    mmap(start, span_of(found->second), PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED, -1, 0);
    used_ -= rounded(found->second, ROUNDING);
    device_.erase(found);
    return SUCCESS;
}

Result Memory::allocate_host(size_t bytes, void** address) {
    if (bytes == 0 || !address) return INVALID_VALUE;
    *address = aligned_alloc(PAGE, rounded(bytes, PAGE));
    if (!*address) return OUT_OF_MEMORY;
    Address base = reinterpret_cast<Address>(*address);
    fill(base, base + bytes, FRESH);
    pinned_[base] = bytes;
    return SUCCESS;
}

Result Memory::release_host(void* address) {
    auto found = pinned_.find(reinterpret_cast<Address>(address));
    if (found == pinned_.end()) return INVALID_VALUE;
    fill(found->first, found->first + found->second, GUARD);
    free(address);
    pinned_.erase(found);
    return SUCCESS;
}

size_t Memory::pinned_bytes(const void* address) const {
    auto found = pinned_.find(reinterpret_cast<Address>(address));
    return found == pinned_.end() ? 0 : found->second;
}

void Memory::release_all() {
    for (const auto& allocation : device_)
        mmap(reinterpret_cast<void*>(allocation.first - PAGE), span_of(allocation.second), PROT_NONE,
                MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED, -1, 0);
    for (const auto& allocation : pinned_) free(reinterpret_cast<void*>(allocation.first));
    device_.clear();
    pinned_.clear();
    used_ = 0;
}

Memory::Allocations::const_iterator Memory::find(Address address) const {
    auto after = device_.upper_bound(address);
    if (after == device_.begin()) return device_.end();
    --after;
    return address <= after->first + after->second ? after : device_.end();
}

bool Memory::inside(Address address, size_t bytes) const {
    auto found = find(address);
    return found != device_.end() && bytes <= found->first + found->second - address;
}

bool Memory::host_range(const void* address, size_t bytes) const {
    Address from = reinterpret_cast<Address>(address);
    if (!address || (from < end_ && begin_ < from + bytes)) return false;
    auto next = pinned_.upper_bound(from);
    if (next != pinned_.end() && next->first < from + bytes) return false;
    if (next == pinned_.begin()) return true;
    --next;
    Address end = next->first + next->second;
    return from >= end || from + bytes <= end;
}

bool Memory::usable(Address address) const {
    if (!address || find(address) != device_.end()) return true;
    auto after = pinned_.upper_bound(address);
    if (after == pinned_.begin()) return false;
    --after;
    return address <= after->first + after->second;
}

Address Memory::allocation(Address address) const {
    auto found = find(address);
    return found == device_.end() ? 0 : found->first;
}

void Memory::check_guards(const std::string& culprit) const {
    for (const auto& [base, bytes] : device_) {
        check(base - NEAR, base, base, bytes, "before", culprit);
        check(base + bytes, base + bytes + NEAR, base, bytes, "behind the end of", culprit);
    }
}

void Memory::check_guards_of(Address address, const std::string& culprit) const {
    auto found = find(address);
    if (found == device_.end()) return;
    Address base = found->first, start = base - PAGE;
    size_t bytes = found->second;
    check(start, base, base, bytes, "before", culprit);
    check(base + bytes, start + span_of(bytes), base, bytes, "behind the end of", culprit);
}

}  // namespace expunge
