// Streams as queues that run late and in a random order; graphs; the state of the device.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>

#include "emulator.h"

namespace expunge {

namespace {

constexpr int DEFAULT_DEVICES = 2, MOST_DEVICES = 16;

// Never destroyed: threads may still call while the process ends.
std::recursive_mutex& shared_lock() {
    static auto* lock = new std::recursive_mutex();
    return *lock;
}

}  // namespace

Device::Device(int ordinal) : ordinal(ordinal), lock(shared_lock()) {
    const char* seed = getenv("EXPUNGE_EMULATOR_SEED");
    random.seed((seed ? strtoull(seed, nullptr, 10) : 1) + static_cast<unsigned long long>(ordinal));
}

int Device::count() {
    static const int devices = [] {
        const char* text = getenv("EXPUNGE_EMULATOR_DEVICES");
        return text ? std::min(MOST_DEVICES, std::max(0, atoi(text))) : DEFAULT_DEVICES;
    }();
    return devices;
}

// Never destroyed, as the lock.
Device& Device::at(int ordinal) {
    static Device** devices = [] {
        auto** made = new Device*[MOST_DEVICES];
        for (int i = 0; i < MOST_DEVICES; i++) made[i] = i < std::max(1, count()) ? new Device(i) : nullptr;
        return made;
    }();
    return *devices[ordinal];
}

Device& Device::get() {
    Device* device = of_context(current_context());
    return device ? *device : at(0);
}

void Device::make_context() { context = context == 0 ? MOST_DEVICES + ordinal : context + MOST_DEVICES; }

Device* Device::of_context(long long context) {
    if (context < MOST_DEVICES || context % MOST_DEVICES >= count()) return nullptr;
    return &at(static_cast<int>(context % MOST_DEVICES));
}

long long& current_context() {
    thread_local long long context = 0;
    return context;
}

double now_milliseconds() {
    using namespace std::chrono;
    return duration<double, std::milli>(steady_clock::now().time_since_epoch()).count();
}

Result Device::usable() const {
    if (!initialized) return NOT_INITIALIZED;
    if (current_context() == 0) return INVALID_CONTEXT;
    if (retained == 0 || current_context() != context) return CONTEXT_IS_DESTROYED;
    return error;
}

Result Device::may_wait() {
    if (Result result = usable()) return result;
    bool forbidden = false;
    for (auto& capture : captures) {
        bool own = capture->thread == std::this_thread::get_id();
        if (capture->mode == 0 || (capture->mode == 1 && own)) capture->invalid = forbidden = true;
    }
    return forbidden ? CAPTURE_UNSUPPORTED : SUCCESS;
}

Result Device::enqueue(const void* handle, Operation operation) {
    if (Result result = usable()) return result;
    auto stream = streams.get(handle);
    if (!stream || stream->destroyed) {
        if (!handle) fprintf(stderr, "CUDA emulator: work on the default stream, which the emulator does not have\n");
        return INVALID_HANDLE;
    }
    if (!stream->capture) {
        check_races(*stream, operation);
        if (error) return error;
        stream->queue.push_back(std::move(operation));
        return SUCCESS;
    }
    if (stream->capture->invalid) return CAPTURE_INVALIDATED;
    auto& nodes = stream->capture->graph->nodes;
    nodes.push_back({std::move(operation), stream->tails});
    stream->tails = {static_cast<int>(nodes.size()) - 1};
    return SUCCESS;
}

void Device::check_races(Stream& stream, const Operation& operation) {
    std::vector<Use> uses;
    for (Address address : operation.reads) uses.push_back({memory.allocation(address), false});
    for (Address address : operation.writes) uses.push_back({memory.allocation(address), true});
    uses.erase(std::remove_if(uses.begin(), uses.end(), [](const Use& use) { return use.allocation == 0; }), uses.end());
    std::string other = races.add(stream.number, stream.clock, uses, operation.name);
    if (!other.empty())
        fail({LAUNCH_FAILED, operation.name + " uses memory that " + other
                                     + " uses on another stream, one of them writes, and nothing orders them"});
}

std::vector<Stream*> Device::ready() const {
    std::vector<Stream*> result;
    for (const auto& entry : streams) {
        const auto& queue = entry.second->queue;
        if (!queue.empty() && (!queue.front().after || queue.front().after->done)) result.push_back(entry.second.get());
    }
    return result;
}

void Device::run_one(Stream& stream) {
    Operation operation = std::move(stream.queue.front());
    stream.queue.pop_front();
    try {
        if (operation.run) operation.run();
    } catch (const DeviceError& thrown) {
        fail(thrown);
    }
    if (stream.destroyed && stream.queue.empty()) streams.remove(stream.handle);
}

Result Device::run_until(const std::function<bool()>& condition) {
    while (!error && !condition()) {
        auto able = ready();
        if (able.empty()) {
            fail({LAUNCH_FAILED, "streams wait for each other or for something that never comes"});
            break;
        }
        run_one(*able[random() % able.size()]);
    }
    run_some(random() % 4);
    if (error) return error;
    try {
        memory.check_guards("something");
    } catch (const DeviceError& thrown) {
        fail(thrown);
    }
    return error;
}

void Device::run_some(unsigned operations) {
    for (unsigned i = 0; i < operations && !error; i++) {
        auto able = ready();
        if (able.empty()) return;
        run_one(*able[random() % able.size()]);
    }
}

Result Device::synchronize(Stream& stream) {
    auto last = std::make_shared<Completion>();
    stream.queue.push_back({[last] { last->done = true; }});
    races.wait(stream.clock);
    return run_until([last] { return last->done; });
}

Result Device::synchronize() {
    races.wait();
    return run_until([this] {
        return std::all_of(streams.begin(), streams.end(), [](const auto& entry) { return entry.second->queue.empty(); });
    });
}

bool Device::pending_host(const void* address, size_t bytes) const {
    auto from = static_cast<const char*>(address);
    for (const auto& entry : streams) {
        for (const auto& operation : entry.second->queue) {
            auto host = static_cast<const char*>(operation.host);
            if (host && host < from + bytes && from < host + operation.host_bytes) return true;
        }
    }
    return false;
}

Address Device::arriving(const void* stream, Address address) const {
    Address number = *reinterpret_cast<const Address*>(address);
    auto found = streams.get(stream);
    if (!found) return number;
    for (const auto& operation : found->queue) {
        if (!operation.host || operation.writes.empty()) continue;
        Address to = operation.writes[0];
        if (to <= address && address + sizeof number <= to + operation.host_bytes)
            number = *reinterpret_cast<const Address*>(static_cast<const char*>(operation.host) + (address - to));
    }
    return number;
}

void Device::fail(const DeviceError& thrown) {
    if (error) return;
    error = thrown.code;
    message = thrown.message;
    fprintf(stderr, "CUDA emulator: %s\n", message.c_str());
    for (auto& entry : streams) entry.second->queue.clear();
}

void Device::destroy_context() {
    streams.clear();
    events.clear();
    functions.clear();
    modules.clear();
    graphs.clear();
    executables.clear();
    captures.clear();
    blas.clear();
    solvers.clear();
    races.forget();
    memory.release_all();
    error = SUCCESS;
    message.clear();
}

void Device::forget(const std::shared_ptr<Capture>& capture) {
    capture->origin = nullptr;
    auto ended = capture;
    for (const auto& entry : streams)
        if (entry.second->capture == ended) entry.second->capture = nullptr;
    captures.erase(std::remove(captures.begin(), captures.end(), ended), captures.end());
}

void run_graph(const Graph& graph, std::mt19937_64& random) {
    std::vector<bool> done(graph.nodes.size());
    std::vector<int> ready;
    for (size_t left = graph.nodes.size(); left > 0; left--) {
        ready.clear();
        for (size_t i = 0; i < graph.nodes.size(); i++) {
            const auto& after = graph.nodes[i].after;
            if (!done[i] && std::all_of(after.begin(), after.end(), [&done](int node) { return done[node]; }))
                ready.push_back(static_cast<int>(i));
        }
        int next = ready[random() % ready.size()];
        if (graph.nodes[next].operation.run) graph.nodes[next].operation.run();
        done[next] = true;
    }
}

}  // namespace expunge
