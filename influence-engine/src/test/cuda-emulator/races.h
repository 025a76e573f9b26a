// Finds uses of one allocation by two streams that nothing orders, whatever order they happen to run in.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace expunge {

// How far each stream has come, by the stream's number.
using Clock = std::map<long, uint64_t>;

inline void advance(Clock& clock, const Clock& other) {
    for (const auto& [stream, time] : other)
        if (clock[stream] < time) clock[stream] = time;
}

// What one operation does with the allocation that begins at an address.
struct Use {
    uint64_t allocation;
    bool writes;
};

class Races {
  public:
    // Takes note of an operation of a stream that knows of others what its clock says. What it is in conflict with, or empty.
    std::string add(long stream, Clock& clock, const std::vector<Use>& uses, const std::string& name);
    // The host has waited for all that a clock says, or for everything.
    void wait(const Clock& clock) { advance(waited_, clock); }
    void wait() { waited_ = issued_; }
    void forget(uint64_t allocation) { histories_.erase(allocation); }
    void forget() { histories_.clear(); }

  private:
    struct Stamp {
        uint64_t time = 0;
        std::string name;
    };
    struct History {
        std::map<long, Stamp> reads, writes;
    };
    std::string conflict(long stream, const Clock& clock, const std::map<long, Stamp>& stamps) const;

    Clock waited_, issued_;
    std::map<uint64_t, History> histories_;
};

}  // namespace expunge
