// Finds uses of one allocation by two streams that nothing orders: each use is stamped with its stream's time, and an
// operation may follow only stamps that its stream has waited for, or the host has.
#include "races.h"

namespace expunge {

std::string Races::conflict(long stream, const Clock& clock, const std::map<long, Stamp>& stamps) const {
    for (const auto& [other, stamp] : stamps) {
        if (other == stream) continue;
        auto known = clock.find(other), waited = waited_.find(other);
        bool ordered = (known != clock.end() && known->second >= stamp.time)
                || (waited != waited_.end() && waited->second >= stamp.time);
        if (!ordered) return stamp.name;
    }
    return "";
}

std::string Races::add(long stream, Clock& clock, const std::vector<Use>& uses, const std::string& name) {
    uint64_t now = ++clock[stream];
    issued_[stream] = now;
    std::string found;
    for (const Use& use : uses) {
        History& history = histories_[use.allocation];
        if (found.empty()) found = conflict(stream, clock, history.writes);
        if (found.empty() && use.writes) found = conflict(stream, clock, history.reads);
    }
    for (const Use& use : uses) {
        History& history = histories_[use.allocation];
        if (use.writes) history = {};
        (use.writes ? history.writes : history.reads)[stream] = {now, name};
    }
    return found;
}

}  // namespace expunge
