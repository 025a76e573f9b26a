// Runs the threads of a block: as plain calls where the kernel has no barrier, else as fibers that meet at barriers.
#include <setjmp.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#if !defined(__x86_64__)
#include <ucontext.h>
#endif

#include <algorithm>
#include <numeric>

#include "emulator.h"

namespace expunge {

namespace {

constexpr size_t STACK = 256 << 10, STACK_GUARD = 4096;
constexpr unsigned MOST_THREADS = 1024, WARP = 32;
constexpr unsigned FULL_MASK = 0xFFFFFFFFu;

enum class State { READY, AT_BARRIER, AT_EXCHANGE, ENDED };

void fiber_main();

#if defined(__x86_64__)

// Saves the registers that a call keeps and goes on with another stack.
extern "C" void expunge_switch(void** save, void* load);
asm(R"(
.text
.hidden expunge_switch
.type expunge_switch, @function
expunge_switch:
    pushq %rbp
    pushq %rbx
    pushq %r12
    pushq %r13
    pushq %r14
    pushq %r15
    movq %rsp, (%rdi)
    movq %rsi, %rsp
    popq %r15
    popq %r14
    popq %r13
    popq %r12
    popq %rbx
    popq %rbp
    ret
.size expunge_switch, .-expunge_switch
)");

struct Context {
    void* top = nullptr;

    void start(char* stack) {
        auto words = reinterpret_cast<void**>(stack + STACK) - 8;
        memset(words, 0, 8 * sizeof *words);
        words[6] = reinterpret_cast<void*>(&fiber_main);
        top = words;
    }

    void go(Context& to) { expunge_switch(&top, to.top); }
};

#else

struct Context {
    ucontext_t machine;

    void start(char* stack) {
        getcontext(&machine);
        machine.uc_stack.ss_sp = stack;
        machine.uc_stack.ss_size = STACK;
        machine.uc_link = nullptr;
        makecontext(&machine, fiber_main, 0);
    }

    void go(Context& to) { swapcontext(&machine, &to.machine); }
};

#endif

struct Fiber {
    Context context;
    State state;
    int line;
    uint64_t value;
};

// The launch that runs now; the lock of the device lets only one run.
struct Running {
    const Module* module;
    const Kernel* kernel;
    void** arguments;
    Index3 size;
    unsigned threads;
    bool in_fiber;
    unsigned current;
    Context scheduler;
    Fiber fibers[MOST_THREADS];
    uint64_t exchanged[MOST_THREADS];
    char* stacks;
    sigjmp_buf escape;
    DeviceError error;
};

Running& running() {
    static Running* state = [] {
        auto created = new Running();
        void* stacks = mmap(nullptr, STACK * MOST_THREADS, PROT_READ | PROT_WRITE,
                MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
        if (stacks == MAP_FAILED) abort();
        created->stacks = static_cast<char*>(stacks);
        for (unsigned i = 0; i < MOST_THREADS; i++) mprotect(created->stacks + i * STACK, STACK_GUARD, PROT_NONE);
        return created;
    }();
    return *state;
}

// Of a kind that a signal handler may read on any thread.
__attribute__((tls_model("initial-exec"))) thread_local volatile bool in_kernel = false;
struct sigaction previous_handler;

[[noreturn]] void abandon(Result code, const std::string& text) {
    Running& run = running();
    const Index3 &block = run.module->table->builtins->block, &thread = run.module->table->builtins->thread;
    run.error = {code,
            "kernel " + std::string(run.kernel->name) + ": " + text + " (block " + std::to_string(block.x) + ","
                    + std::to_string(block.y) + "," + std::to_string(block.z) + " thread " + std::to_string(thread.x)
                    + "," + std::to_string(thread.y) + "," + std::to_string(thread.z) + ")"};
    siglongjmp(run.escape, 1);
}

// A kernel that reads or writes where nothing is ends with an error; other faults go to the handler before, the JVM's.
void on_fault(int signal, siginfo_t* info, void* machine) {
    if (in_kernel) abandon(ILLEGAL_ADDRESS, "touches memory that is not allocated");
    if (previous_handler.sa_flags & SA_SIGINFO) {
        previous_handler.sa_sigaction(signal, info, machine);
    } else if (previous_handler.sa_handler != SIG_DFL && previous_handler.sa_handler != SIG_IGN) {
        previous_handler.sa_handler(signal);
    } else {
        sigaction(SIGSEGV, &previous_handler, nullptr);
    }
}

void install_handler() {
    static bool installed = [] {
        struct sigaction handler = {};
        sigaction(SIGSEGV, nullptr, &previous_handler);
        handler.sa_sigaction = on_fault;
        handler.sa_mask = previous_handler.sa_mask;
        handler.sa_flags = (previous_handler.sa_flags & SA_ONSTACK) | SA_SIGINFO | SA_RESTART;
        return sigaction(SIGSEGV, &handler, nullptr) == 0;
    }();
    (void)installed;
}

void set_thread(unsigned thread) {
    Running& run = running();
    run.current = thread;
    run.module->table->builtins->thread = {
            thread % run.size.x, thread / run.size.x % run.size.y, thread / run.size.x / run.size.y};
}

void fiber_main() {
    Running& run = running();
    run.kernel->call(run.arguments);
    Fiber& self = run.fibers[run.current];
    self.state = State::ENDED;
    self.context.go(run.scheduler);
}

void wait_as(State state, int line) {
    Running& run = running();
    if (!run.in_fiber)
        abandon(LAUNCH_FAILED, "line " + std::to_string(line) + " waits for threads of the block that have ended");
    Fiber& self = run.fibers[run.current];
    self.state = state;
    self.line = line;
    self.context.go(run.scheduler);
}

void barrier(int line) { wait_as(State::AT_BARRIER, line); }

const uint64_t* exchange(int line, unsigned mask, uint64_t value) {
    Running& run = running();
    unsigned thread = run.current;
    if (mask != FULL_MASK) abandon(LAUNCH_FAILED, "line " + std::to_string(line) + " shuffles without the full mask");
    if (run.threads % WARP != 0)
        abandon(LAUNCH_FAILED, "line " + std::to_string(line) + " shuffles in a warp that is not full");
    run.fibers[thread].value = value;
    wait_as(State::AT_EXCHANGE, line);
    return run.exchanged + thread / WARP * WARP;
}

[[noreturn]] void fail(int line, const char* message) {
    abandon(LAUNCH_FAILED, "line " + std::to_string(line) + ": " + message);
}

void resume(unsigned thread) {
    Running& run = running();
    set_thread(thread);
    run.scheduler.go(run.fibers[thread].context);
}

void start_fiber(unsigned thread) {
    Running& run = running();
    run.fibers[thread].state = State::READY;
    run.fibers[thread].context.start(run.stacks + thread * STACK);
}

// An order of all below n: steps of a size that has no factor in common with n.
class Order {
  public:
    Order(uint64_t n, std::mt19937_64& random) : n_(n), at_(random() % n), step_(random() % n) {
        while (std::gcd(step_, n) != 1) step_ = (step_ + 1) % n;
    }

    uint64_t next() {
        at_ += step_;
        if (at_ >= n_) at_ -= n_;
        return at_;
    }

  private:
    uint64_t n_, at_, step_;
};

// Lets those threads [from, to) go on that all wait in this state at one line; whether they did.
bool release(unsigned from, unsigned to, State state) {
    Fiber* fibers = running().fibers;
    for (unsigned i = from; i < to; i++)
        if (fibers[i].state != state || fibers[i].line != fibers[from].line) return false;
    for (unsigned i = from; i < to; i++) {
        running().exchanged[i] = fibers[i].value;
        fibers[i].state = State::READY;
    }
    return true;
}

void report_stuck() {
    Running& run = running();
    unsigned ended = 0, waiting = run.threads;
    for (unsigned i = 0; i < run.threads; i++) {
        if (run.fibers[i].state == State::ENDED) ended++;
        else if (waiting == run.threads) waiting = i;
    }
    set_thread(waiting);
    abandon(LAUNCH_FAILED,
            "line " + std::to_string(run.fibers[waiting].line) + " waits for threads that do not come there, "
                    + std::to_string(ended) + " of " + std::to_string(run.threads) + " have ended");
}

// The first fiber waits already; the others begin now.
void run_fibers(std::mt19937_64& random) {
    Running& run = running();
    unsigned n = run.threads;
    for (unsigned i = 1; i < n; i++) start_fiber(i);
    for (;;) {
        Order order(n, random);
        for (unsigned k = 0; k < n; k++) {
            auto thread = static_cast<unsigned>(order.next());
            if (run.fibers[thread].state == State::READY) resume(thread);
        }
        unsigned ended = 0;
        for (unsigned i = 0; i < n; i++) ended += run.fibers[i].state == State::ENDED;
        if (ended == n) return;
        bool released = release(0, n, State::AT_BARRIER);
        if (!released)
            for (unsigned i = 0; i < n; i += WARP) released |= release(i, std::min(n, i + WARP), State::AT_EXCHANGE);
        if (!released) report_stuck();
    }
}

void run_block(std::mt19937_64& random) {
    Running& run = running();
    const ModuleTable& table = *run.module->table;
    memset(table.shared_begin, 0xFF, table.shared_end - table.shared_begin);
    run.in_fiber = true;
    start_fiber(0);
    resume(0);
    if (run.fibers[0].state != State::ENDED) {
        run_fibers(random);
        return;
    }
    run.in_fiber = false;
    bool forward = random() % 2 == 0;
    for (unsigned i = 1; i < run.threads; i++) {
        set_thread(forward ? i : run.threads - i);
        run.kernel->call(run.arguments);
    }
}

const Runtime RUNTIME = {barrier, exchange, fail};

}  // namespace

const Runtime* kernel_runtime() { return &RUNTIME; }

void run_kernel(
        const Module& module, const Kernel& kernel, Index3 grid, Index3 block, void** arguments, std::mt19937_64& random) {
    install_handler();
    Running& run = running();
    run.module = &module;
    run.kernel = &kernel;
    run.arguments = arguments;
    run.size = block;
    run.threads = block.x * block.y * block.z;
    Builtins& builtins = *module.table->builtins;
    builtins.block_size = block;
    builtins.grid_size = grid;
    if (sigsetjmp(run.escape, 1) != 0) {
        in_kernel = false;
        throw DeviceError(run.error);
    }
    in_kernel = true;
    uint64_t blocks = uint64_t{grid.x} * grid.y * grid.z;
    Order order(blocks, random);
    for (uint64_t k = 0; k < blocks; k++) {
        uint64_t at = order.next();
        builtins.block = {static_cast<unsigned>(at % grid.x), static_cast<unsigned>(at / grid.x % grid.y),
                static_cast<unsigned>(at / grid.x / grid.y)};
        run_block(random);
    }
    in_kernel = false;
}

}  // namespace expunge
