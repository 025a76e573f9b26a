// The emulated devices: memory, streams that run late, modules. Calls go to the device of the thread's current context;
// every entry point holds the lock that all devices share.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <random>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "kernel_abi.h"
#include "races.h"

#define EXPORT extern "C" __attribute__((visibility("default")))

namespace expunge {

// Values of CUresult.
enum Result {
    SUCCESS = 0,
    INVALID_VALUE = 1,
    OUT_OF_MEMORY = 2,
    NOT_INITIALIZED = 3,
    INVALID_DEVICE = 101,
    INVALID_IMAGE = 200,
    INVALID_CONTEXT = 201,
    NO_BINARY_FOR_GPU = 209,
    INVALID_PTX = 218,
    INVALID_HANDLE = 400,
    NOT_FOUND = 500,
    NOT_READY = 600,
    ILLEGAL_ADDRESS = 700,
    CONTEXT_IS_DESTROYED = 709,
    LAUNCH_FAILED = 719,
    CAPTURE_UNSUPPORTED = 900,
    CAPTURE_INVALIDATED = 901,
    CAPTURE_MERGE = 902,
    CAPTURE_UNMATCHED = 903,
    CAPTURE_UNJOINED = 904,
    CAPTURE_ISOLATION = 905,
    CAPTURED_EVENT = 907,
    CAPTURE_WRONG_THREAD = 908,
};

constexpr int ARCHITECTURE = 90;

using Address = uint64_t;

// Thrown by work that runs on the device; the context is unusable afterwards.
struct DeviceError {
    Result code;
    std::string message;
};

// Device and pinned memory. Every allocation has its own pages between guards.
class Memory {
  public:
    Memory();
    Result allocate(size_t bytes, Address* address);
    Result release(Address address);
    Result allocate_host(size_t bytes, void** address);
    Result release_host(void* address);
    // Bytes of the pinned allocation that begins there; 0 where none does.
    size_t pinned_bytes(const void* address) const;
    void release_all();
    // Whether [address, address + bytes) lies inside one allocation.
    bool inside(Address address, size_t bytes) const;
    // Whether host memory may lie there: never in device memory, and pinned memory not left in the middle.
    bool host_range(const void* address, size_t bytes) const;
    // Whether a kernel may be given this pointer.
    bool usable(Address address) const;
    // Where the allocation begins in which, or at the end of which, an address lies; 0 for none.
    Address allocation(Address address) const;
    // Throws where a write went over an end: a few bytes beside every allocation, or all around one.
    void check_guards(const std::string& culprit) const;
    void check_guards_of(Address address, const std::string& culprit) const;
    size_t total() const { return limit_; }
    size_t available() const { return limit_ - used_; }

  private:
    using Allocations = std::map<Address, size_t>;
    Allocations::const_iterator find(Address address) const;
    Address place(size_t span);

    Address begin_, end_, cursor_;
    size_t limit_, used_ = 0;
    Allocations device_, pinned_;
};

// Whether something that was recorded has happened.
struct Completion {
    bool done = false;
    double milliseconds = 0;
};

struct Operation {
    std::function<void()> run = nullptr;
    // What must have happened before; null for nothing.
    std::shared_ptr<Completion> after = nullptr;
    const void* host = nullptr;
    size_t host_bytes = 0;
    std::string name = "";
    // Addresses of device memory that it reads and writes.
    std::vector<Address> reads = {}, writes = {};
};

struct Graph {
    struct Node {
        Operation operation;
        std::set<int> after;
    };
    std::vector<Node> nodes;
};

struct Stream;

struct Capture {
    std::shared_ptr<Graph> graph = std::make_shared<Graph>();
    int mode = 0;
    std::thread::id thread;
    Stream* origin = nullptr;
    bool invalid = false;
};

struct Stream {
    // What the caller knows it by, and a number that no other stream has.
    Stream* handle = nullptr;
    long number = 0;
    Clock clock;
    std::deque<Operation> queue;
    bool destroyed = false;
    std::shared_ptr<Capture> capture;
    // Nodes that the next captured operation follows.
    std::set<int> tails;
};

struct Event {
    bool timed = true;
    std::shared_ptr<Completion> last;
    Clock clock;
    std::shared_ptr<Capture> capture;
    std::set<int> tails;
};

struct GraphExec {
    std::shared_ptr<Graph> graph;
    std::shared_ptr<Completion> last = nullptr;
    Clock clock = {};
};

struct Module {
    void* library = nullptr;
    const ModuleTable* table = nullptr;
    bool unloaded = false;
    ~Module();
};

struct Function {
    std::shared_ptr<Module> module;
    const Kernel* kernel;
};

// Runs all blocks of one launch; throws DeviceError.
void run_kernel(
        const Module& module, const Kernel& kernel, Index3 grid, Index3 block, void** arguments, std::mt19937_64& random);
const Runtime* kernel_runtime();

inline uintptr_t last_handle = 0x1000;

// Objects that the caller knows by a handle. It looks like an address, of which no memory is and which never comes again.
template <class T>
class Handles {
  public:
    T* add(std::shared_ptr<T> object) {
        void* key = reinterpret_cast<void*>(last_handle += 16);
        objects_[key] = std::move(object);
        return static_cast<T*>(key);
    }
    std::shared_ptr<T> get(const void* key) const {
        auto found = objects_.find(const_cast<void*>(key));
        return found == objects_.end() ? nullptr : found->second;
    }
    bool remove(const void* key) { return objects_.erase(const_cast<void*>(key)) > 0; }
    void clear() { objects_.clear(); }
    auto begin() const { return objects_.begin(); }
    auto end() const { return objects_.end(); }

  private:
    std::map<void*, std::shared_ptr<T>> objects_;
};

// A handle of cuBLAS or cuSOLVER.
struct Library {
    const void* stream = nullptr;
    Address workspace = 0;
};

struct Device {
    const int ordinal;
    // One for all devices: kernels of two never run at once.
    std::recursive_mutex& lock;
    Memory memory;
    Races races;
    Handles<Stream> streams;
    Handles<Event> events;
    Handles<Module> modules;
    Handles<Function> functions;
    Handles<Graph> graphs;
    Handles<GraphExec> executables;
    Handles<Library> blas, solvers;
    std::vector<std::shared_ptr<Capture>> captures;
    std::map<std::string, long long> counts;
    std::mt19937_64 random;
    int retained = 0;
    // Number of the primary context that is alive now; 0 before the first. No two devices share one.
    long long context = 0;
    Result error = SUCCESS;
    std::string message;

    static inline bool initialized = false;

    // How many there are.
    static int count();
    // The device with a number below that count.
    static Device& at(int ordinal);
    // The device of this thread's current context; the first where there is none.
    static Device& get();

    // Makes a primary context, whose number tells the device.
    void make_context();
    // The device that a context was made by; null for none.
    static Device* of_context(long long context);

    // Whether this thread may use the device: a living current context and no earlier error.
    Result usable() const;
    // As usable(), and no capture forbids calls that wait or allocate.
    Result may_wait();
    // Adds work to a stream, or to its capture. May be called with the lock held only.
    Result enqueue(const void* stream, Operation operation);
    // Runs work of all streams in a random order that honours their orders until the condition holds.
    Result run_until(const std::function<bool()>& condition);
    Result synchronize(Stream& stream);
    Result synchronize();
    // Runs at most so many operations.
    void run_some(unsigned operations);
    bool pending_host(const void* address, size_t bytes) const;
    // The number in device memory at an address when the work that a stream has now is done, as far as copies write it.
    Address arriving(const void* stream, Address address) const;
    void fail(const DeviceError& error);
    void destroy_context();
    // Ends a capture: its streams run work again.
    void forget(const std::shared_ptr<Capture>& capture);

  private:
    explicit Device(int ordinal);
    std::vector<Stream*> ready() const;
    void run_one(Stream& stream);
    // Stops the device where an operation and one of another stream use the same memory in no order.
    void check_races(Stream& stream, const Operation& operation);
};

using Locked = std::lock_guard<std::recursive_mutex>;

// A matrix in device memory, column by column.
struct DeviceMatrix {
    Address address;
    long long rows, columns, leading;
    size_t element;

    // Throws where it does not lie in one allocation.
    void check(const char* name) const;
    bool overlaps(const DeviceMatrix& other) const;
};

// Runs the nodes of a graph in a random order that honours what each follows.
void run_graph(const Graph& graph, std::mt19937_64& random);

// The context that is current on this thread; 0 for none.
long long& current_context();

double now_milliseconds();

}  // namespace expunge
