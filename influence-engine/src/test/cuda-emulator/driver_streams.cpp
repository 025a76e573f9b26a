// Driver API: streams, events, captures and graphs.
#include "emulator.h"

namespace expunge {

namespace {

using StreamUse = std::function<Result(Device&, const std::shared_ptr<Stream>&)>;

Result with_stream(Stream* handle, const StreamUse& use) {
    Device& device = Device::get();
    Locked locked(device.lock);
    if (Result result = device.usable()) return result;
    auto stream = device.streams.get(handle);
    if (!stream || stream->destroyed) return INVALID_HANDLE;
    return use(device, stream);
}

using EventUse = std::function<Result(Device&, Event&)>;

Result with_event(Event* handle, const EventUse& use) {
    Device& device = Device::get();
    Locked locked(device.lock);
    if (Result result = device.usable()) return result;
    auto event = device.events.get(handle);
    return event ? use(device, *event) : INVALID_HANDLE;
}

// All nodes that come before the given ones, and these.
std::set<int> ancestors(const Graph& graph, std::set<int> nodes) {
    for (int i = static_cast<int>(graph.nodes.size()) - 1; i >= 0; i--)
        if (nodes.count(i)) nodes.insert(graph.nodes[i].after.begin(), graph.nodes[i].after.end());
    return nodes;
}

Result wait_captured(Stream& stream, const Event& event) {
    if (!stream.capture) {
        if (event.capture->invalid || !event.capture->origin) return CAPTURED_EVENT;
        stream.capture = event.capture;
        stream.tails.clear();
    }
    if (stream.capture != event.capture) {
        stream.capture->invalid = event.capture->invalid = true;
        return CAPTURE_MERGE;
    }
    stream.tails.insert(event.tails.begin(), event.tails.end());
    return SUCCESS;
}

Result invalidated(Capture& capture, Result result) {
    capture.invalid = true;
    return result;
}

}  // namespace

EXPORT Result cuStreamCreate(Stream** stream, unsigned flags) {
    Device& device = Device::get();
    Locked locked(device.lock);
    if (Result result = device.usable()) return result;
    if (!stream || flags > 1) return INVALID_VALUE;
    auto created = std::make_shared<Stream>();
    static long number = 0;
    created->number = ++number;
    *stream = created->handle = device.streams.add(created);
    return SUCCESS;
}

EXPORT Result cuStreamDestroy_v2(Stream* handle) {
    return with_stream(handle, [handle](Device& device, const std::shared_ptr<Stream>& stream) {
        if (stream->capture) {
            stream->capture->invalid = true;
            if (stream->capture->origin == handle) device.forget(stream->capture);
        }
        stream->destroyed = true;
        if (stream->queue.empty()) device.streams.remove(handle);
        return SUCCESS;
    });
}

EXPORT Result cuStreamSynchronize(Stream* handle) {
    return with_stream(handle, [](Device& device, const std::shared_ptr<Stream>& stream) {
        if (stream->capture) return invalidated(*stream->capture, CAPTURE_UNSUPPORTED);
        if (Result result = device.may_wait()) return result;
        device.counts["synchronizations"]++;
        return device.synchronize(*stream);
    });
}

EXPORT Result cuStreamWaitEvent(Stream* handle, Event* event_handle, unsigned flags) {
    return with_stream(handle, [event_handle, flags](Device& device, const std::shared_ptr<Stream>& stream) {
        auto event = device.events.get(event_handle);
        if (!event) return INVALID_HANDLE;
        if (flags > 1) return INVALID_VALUE;
        if (event->capture) return wait_captured(*stream, *event);
        if (!event->last) return SUCCESS;
        if (stream->capture) return invalidated(*stream->capture, CAPTURE_ISOLATION);
        device.counts["stream_waits"]++;
        advance(stream->clock, event->clock);
        return device.enqueue(stream->handle, {nullptr, event->last});
    });
}

EXPORT Result cuEventCreate(Event** event, unsigned flags) {
    Device& device = Device::get();
    Locked locked(device.lock);
    if (Result result = device.usable()) return result;
    if (!event || (flags & ~7u)) return INVALID_VALUE;
    auto created = std::make_shared<Event>();
    created->timed = !(flags & 2u);
    *event = device.events.add(created);
    return SUCCESS;
}

EXPORT Result cuEventRecord(Event* handle, Stream* stream_handle) {
    return with_event(handle, [stream_handle](Device& device, Event& event) {
        auto stream = device.streams.get(stream_handle);
        if (!stream || stream->destroyed) return INVALID_HANDLE;
        if (stream->capture) {
            if (stream->capture->invalid) return CAPTURE_INVALIDATED;
            event.capture = stream->capture;
            event.tails = stream->tails;
            event.last = nullptr;
            return SUCCESS;
        }
        device.counts["event_records"]++;
        auto completion = std::make_shared<Completion>();
        event.capture = nullptr;
        event.last = completion;
        event.clock = stream->clock;
        return device.enqueue(stream_handle, {[completion] {
            completion->done = true;
            completion->milliseconds = now_milliseconds();
        }});
    });
}

EXPORT Result cuEventSynchronize(Event* handle) {
    return with_event(handle, [](Device& device, Event& event) {
        if (event.capture) return invalidated(*event.capture, CAPTURED_EVENT);
        if (Result result = device.may_wait()) return result;
        device.counts["synchronizations"]++;
        auto last = event.last;
        device.races.wait(event.clock);
        return last ? device.run_until([last] { return last->done; }) : SUCCESS;
    });
}

EXPORT Result cuEventQuery(Event* handle) {
    return with_event(handle, [](Device& device, Event& event) {
        if (event.capture) return invalidated(*event.capture, CAPTURED_EVENT);
        if (Result result = device.may_wait()) return result;
        device.run_some(device.random() % 3);
        if (device.error) return device.error;
        if (event.last && !event.last->done) return NOT_READY;
        device.races.wait(event.clock);
        return SUCCESS;
    });
}

EXPORT Result cuEventElapsedTime(float* milliseconds, Event* begin_handle, Event* end_handle) {
    return with_event(begin_handle, [milliseconds, end_handle](Device& device, Event& begin) {
        auto end = device.events.get(end_handle);
        if (!milliseconds) return INVALID_VALUE;
        if (!end || !begin.timed || !end->timed || !begin.last || !end->last) return INVALID_HANDLE;
        if (!begin.last->done || !end->last->done) return NOT_READY;
        *milliseconds = static_cast<float>(end->last->milliseconds - begin.last->milliseconds);
        return SUCCESS;
    });
}

EXPORT Result cuEventDestroy_v2(Event* handle) {
    return with_event(handle, [handle](Device& device, Event&) {
        device.events.remove(handle);
        return SUCCESS;
    });
}

EXPORT Result cuStreamBeginCapture_v2(Stream* handle, int mode) {
    return with_stream(handle, [mode](Device& device, const std::shared_ptr<Stream>& stream) {
        if (mode < 0 || mode > 2) return INVALID_VALUE;
        if (stream->capture) return invalidated(*stream->capture, CAPTURE_UNSUPPORTED);
        auto capture = std::make_shared<Capture>();
        capture->mode = mode;
        capture->thread = std::this_thread::get_id();
        capture->origin = stream->handle;
        stream->capture = capture;
        stream->tails.clear();
        device.captures.push_back(capture);
        return SUCCESS;
    });
}

EXPORT Result cuStreamEndCapture(Stream* handle, Graph** graph) {
    return with_stream(handle, [graph](Device& device, const std::shared_ptr<Stream>& stream) {
        auto capture = stream->capture;
        if (!graph || !capture) return INVALID_VALUE;
        if (capture->origin != stream->handle) return invalidated(*capture, CAPTURE_UNMATCHED);
        if (capture->mode != 2 && capture->thread != std::this_thread::get_id()) return CAPTURE_WRONG_THREAD;
        auto joined = ancestors(*capture->graph, stream->tails);
        bool complete = joined.size() == capture->graph->nodes.size();
        device.forget(capture);
        *graph = nullptr;
        if (capture->invalid) return CAPTURE_INVALIDATED;
        if (!complete) return CAPTURE_UNJOINED;
        *graph = device.graphs.add(capture->graph);
        return SUCCESS;
    });
}

EXPORT Result cuGraphInstantiateWithFlags(GraphExec** executable, Graph* graph, unsigned long long flags) {
    Device& device = Device::get();
    Locked locked(device.lock);
    if (Result result = device.usable()) return result;
    auto known = device.graphs.get(graph);
    if (!known) return INVALID_HANDLE;
    if (!executable || (flags & ~15ull)) return INVALID_VALUE;
    *executable = device.executables.add(std::make_shared<GraphExec>(GraphExec{known}));
    return SUCCESS;
}

EXPORT Result cuGraphLaunch(GraphExec* executable, Stream* handle) {
    Device& device = Device::get();
    Locked locked(device.lock);
    if (Result result = device.usable()) return result;
    auto known = device.executables.get(executable);
    auto stream = device.streams.get(handle);
    if (!known || !stream) return INVALID_HANDLE;
    auto graph = known->graph;
    auto completion = std::make_shared<Completion>();
    auto run = [&device, graph, completion] {
        run_graph(*graph, device.random);
        completion->done = true;
    };
    // Launches of one graph follow each other, on whatever stream.
    Operation operation = {run, known->last};
    operation.name = "a graph";
    for (const auto& node : graph->nodes) {
        const Operation& part = node.operation;
        operation.reads.insert(operation.reads.end(), part.reads.begin(), part.reads.end());
        operation.writes.insert(operation.writes.end(), part.writes.begin(), part.writes.end());
    }
    advance(stream->clock, known->clock);
    Result result = device.enqueue(handle, operation);
    if (result) return result;
    device.counts["graph_launches"]++;
    if (!stream->capture) {
        known->last = completion;
        known->clock = stream->clock;
    }
    return SUCCESS;
}

EXPORT Result cuGraphExecDestroy(GraphExec* executable) {
    Device& device = Device::get();
    Locked locked(device.lock);
    if (Result result = device.usable()) return result;
    return device.executables.remove(executable) ? SUCCESS : INVALID_HANDLE;
}

EXPORT Result cuGraphDestroy(Graph* graph) {
    Device& device = Device::get();
    Locked locked(device.lock);
    if (Result result = device.usable()) return result;
    return device.graphs.remove(graph) ? SUCCESS : INVALID_HANDLE;
}

}  // namespace expunge
