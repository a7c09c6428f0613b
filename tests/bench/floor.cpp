// SPDX-License-Identifier: Apache-2.0
// What the kernel alone costs: the reference that the server is measured against. A source's bytes
// go into a mirrored ring as they come, and each listener gets the burst, interval, phases and
// socket options of the server by one send of the ring's memory. Nothing else: no framing, no
// routes, no accounts, no pins, no care for slow listeners. A bench, never a server.
#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <exception>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <system_error>
#include <thread>
#include <unordered_map>
#include <vector>

namespace ringcast::tests::bench {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::size_t kRingBytes = std::size_t{1024} * 1024;  // the server's default
constexpr std::size_t kReceiveBytesMax = kRingBytes / 4;
/// Who is further behind is moved, far enough from the writer that no pin is needed.
constexpr std::uint64_t kLagMax = kRingBytes / 2;
constexpr std::size_t kHeadBytesMax = 8192;
constexpr std::size_t kSegmentsMax = 64;
constexpr int kAcceptsPerTurn = 8;
constexpr int kBacklog = 65535;
constexpr int kStallTimeoutS = 30;
constexpr std::byte kEmptyIcyBlock{0};

struct Options {
    std::uint16_t port = 0;
    unsigned workers = std::max(1U, std::thread::hardware_concurrency());
    std::uint64_t burst_bytes = 64'000;
    std::uint64_t kbps = 128;
    std::uint32_t phase_ms = 25;
    std::uint32_t interval_ms = 1000;
    std::uint64_t metaint = 0;
};

int checked(int result, const char* what) {
    if (result < 0) {
        throw std::system_error(errno, std::generic_category(), what);
    }
    return result;
}

void set_option(int descriptor, int level, int name, int value) {
    (void)::setsockopt(descriptor, level, name, &value, sizeof(value));
}

/// The newest bytes of the one stream, mapped twice, so that any span is contiguous. Lives as long
/// as the process. One thread writes.
class Ring {
  public:
    Ring() {
        const int fd = checked(::memfd_create("floor", MFD_CLOEXEC), "memfd_create");
        checked(::ftruncate(fd, kRingBytes), "ftruncate");
        base_ = map(nullptr, 2 * kRingBytes, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1);
        for (std::byte* half : {base_, base_ + kRingBytes}) {
            map(half, kRingBytes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_FIXED | MAP_POPULATE,
                fd);
        }
        ::close(fd);
    }

    [[nodiscard]] std::byte* at(std::uint64_t offset) const { return base_ + offset % kRingBytes; }
    [[nodiscard]] std::uint64_t head() const { return head_.load(std::memory_order_acquire); }
    void publish(std::size_t bytes) { head_.store(head() + bytes, std::memory_order_release); }

    /// True for one source at a time.
    [[nodiscard]] bool claim() { return !claimed_.exchange(true); }
    void give_back() { claimed_.store(false); }

  private:
    static std::byte* map(std::byte* at, std::size_t bytes, int protection, int flags, int fd) {
        void* area = ::mmap(at, bytes, protection, flags, fd, 0);
        checked(area == MAP_FAILED ? -1 : 0, "mmap");
        return static_cast<std::byte*>(area);
    }

    std::byte* base_ = nullptr;
    std::atomic<std::uint64_t> head_{0};
    std::atomic<bool> claimed_{false};
};

/// A position is a pure function of these: where in the ring it began, and what was sent since.
struct Listener {
    int descriptor;
    std::uint64_t begin;
    std::uint64_t metaint;   ///< 0: no ICY blocks
    std::uint64_t sent = 0;  ///< audio and blocks

    [[nodiscard]] std::uint64_t audio_sent() const {
        return metaint == 0
                   ? sent
                   : sent / (metaint + 1) * metaint + std::min(sent % (metaint + 1), metaint);
    }
};

/// As server/listen/listener_request.cpp (watch_peer) and delivery.cpp (kernel_bytes) have them.
void set_kernel_limits(int descriptor, const Options& options) {
    set_option(descriptor, SOL_SOCKET, SO_KEEPALIVE, 1);
    set_option(descriptor, IPPROTO_TCP, TCP_KEEPIDLE, kStallTimeoutS / 3);
    set_option(descriptor, IPPROTO_TCP, TCP_KEEPINTVL, kStallTimeoutS / 6);
    set_option(descriptor, IPPROTO_TCP, TCP_KEEPCNT, 4);
    constexpr std::uint64_t kBytesMin = std::uint64_t{64} * 1024;
    constexpr std::uint64_t kBytesMax = std::uint64_t{1024} * 1024;
    const std::uint64_t delivery = options.kbps * options.interval_ms / 8;
    const auto bytes = static_cast<int>(
        std::clamp(std::max(2 * delivery, options.burst_bytes), kBytesMin, kBytesMax));
    set_option(descriptor, SOL_SOCKET, SO_SNDBUF, bytes);
    set_option(descriptor, IPPROTO_TCP, TCP_NOTSENT_LOWAT, bytes);
}

/// Sends all that is due, with an empty metadata block after every `metaint` bytes of audio.
ssize_t send_with_blocks(const Listener& listener, const Ring& ring, std::uint64_t head) {
    std::array<iovec, kSegmentsMax> segments;
    std::size_t count = 0;
    std::uint64_t offset = listener.begin + listener.audio_sent();
    std::uint64_t until_block = listener.metaint - listener.sent % (listener.metaint + 1);
    while (offset < head && count + 2 <= segments.size()) {
        const std::uint64_t audio = std::min(until_block, head - offset);
        segments[count++] = {.iov_base = ring.at(offset), .iov_len = audio};
        offset += audio;
        if (audio == until_block) {
            segments[count++] = {.iov_base = const_cast<std::byte*>(&kEmptyIcyBlock), .iov_len = 1};
        }
        until_block = listener.metaint;
    }
    msghdr message{};
    message.msg_iov = segments.data();
    message.msg_iovlen = count;
    return ::sendmsg(listener.descriptor, &message, MSG_DONTWAIT | MSG_NOSIGNAL);
}

/// One thread, with everything it uses.
class Worker {
  public:
    Worker(const Options& options, Ring& ring);

    /// The thread's body.
    [[noreturn]] void run();

  private:
    void watch(int descriptor) const;
    void on_readable(int descriptor);
    void accept_some();
    void read_head(int descriptor, std::string& head);
    void begin(int descriptor, std::string_view head);
    void begin_listener(int descriptor, bool icy);
    void receive();
    void serve_slot();
    [[nodiscard]] bool send_due(Listener& listener) const;

    const Options& options_;
    Ring& ring_;
    int epoll_;
    int door_;
    int source_ = -1;
    std::unordered_map<int, std::string> heads_;  // of connections that have not sent all of it
    std::vector<std::vector<Listener>> slots_;    // by phase
    std::size_t now_ = 0;
};

Worker::Worker(const Options& options, Ring& ring)
    : options_(options),
      ring_(ring),
      epoll_(checked(::epoll_create1(EPOLL_CLOEXEC), "epoll_create1")),
      door_(checked(::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0), "socket")),
      slots_(std::max(1U, options.interval_ms / options.phase_ms)) {
    set_option(door_, SOL_SOCKET, SO_REUSEADDR, 1);
    set_option(door_, SOL_SOCKET, SO_REUSEPORT, 1);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(options.port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    checked(::bind(door_, reinterpret_cast<const sockaddr*>(&address), sizeof(address)), "bind");
    checked(::listen(door_, kBacklog), "listen");
    watch(door_);
}

void Worker::watch(int descriptor) const {
    epoll_event event{};
    event.events = EPOLLIN;
    event.data.fd = descriptor;
    checked(::epoll_ctl(epoll_, EPOLL_CTL_ADD, descriptor, &event), "epoll_ctl");
}

void Worker::run() {
    const auto phase = std::chrono::milliseconds(options_.phase_ms);
    Clock::time_point due = Clock::now() + phase;
    std::array<epoll_event, 256> events{};
    for (;;) {
        const auto left = std::max(due - Clock::now(), Clock::duration::zero());
        const timespec wait{left / std::chrono::seconds(1),
                            (left % std::chrono::seconds(1)).count()};
        const int count = ::epoll_pwait2(epoll_, events.data(), events.size(), &wait, nullptr);
        for (const epoll_event& event :
             std::span(events).first(static_cast<std::size_t>(std::max(count, 0)))) {
            on_readable(event.data.fd);
        }
        for (; Clock::now() >= due; due += phase) {
            serve_slot();
        }
    }
}

void Worker::on_readable(int descriptor) {
    if (descriptor == door_) {
        accept_some();
    } else if (descriptor == source_) {
        receive();
    } else {
        read_head(descriptor, heads_[descriptor]);
    }
}

void Worker::accept_some() {
    for (int i = 0; i < kAcceptsPerTurn; ++i) {
        const int descriptor = ::accept4(door_, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
        if (descriptor < 0) {
            return;
        }
        set_option(descriptor, IPPROTO_TCP, TCP_NODELAY, 1);
        watch(descriptor);
    }
}

void Worker::read_head(int descriptor, std::string& head) {
    std::array<char, kHeadBytesMax> buffer;
    const ssize_t size = ::recv(descriptor, buffer.data(), buffer.size(), 0);
    if (size < 0 && errno == EAGAIN) {
        return;
    }
    head.append(buffer.data(), static_cast<std::size_t>(std::max<ssize_t>(size, 0)));
    const bool whole = head.find("\r\n\r\n") != std::string::npos;
    if (size > 0 && !whole && head.size() < kHeadBytesMax) {
        return;
    }
    const std::string request = std::move(head);
    heads_.erase(descriptor);
    if (whole) {
        begin(descriptor, request);
    } else {
        ::close(descriptor);
    }
}

void Worker::begin(int descriptor, std::string_view head) {
    if (head.starts_with("GET ")) {
        checked(::epoll_ctl(epoll_, EPOLL_CTL_DEL, descriptor, nullptr), "epoll_ctl");
        begin_listener(descriptor, head.find("\r\nIcy-MetaData: 1\r\n") != std::string_view::npos);
        return;
    }
    const bool source = head.starts_with("PUT ") || head.starts_with("SOURCE ");
    if (!source || !ring_.claim()) {
        ::close(descriptor);
        return;
    }
    constexpr std::string_view kWelcome = "HTTP/1.0 200 OK\r\n\r\n";
    (void)::send(descriptor, kWelcome.data(), kWelcome.size(), MSG_NOSIGNAL);
    source_ = descriptor;
}

void Worker::begin_listener(int descriptor, bool icy) {
    const std::uint64_t metaint = icy ? options_.metaint : 0;
    std::string head = "HTTP/1.0 200 OK\r\nContent-Type: audio/mpeg\r\n";
    head += metaint > 0 ? "icy-metaint: " + std::to_string(metaint) + "\r\n\r\n" : "\r\n";
    set_kernel_limits(descriptor, options_);
    (void)::send(descriptor, head.data(), head.size(), MSG_NOSIGNAL | MSG_MORE);
    const std::uint64_t newest = ring_.head();
    Listener listener{.descriptor = descriptor,
                      .begin = newest - std::min(newest, options_.burst_bytes),
                      .metaint = metaint};
    if (!send_due(listener)) {
        ::close(descriptor);
        return;
    }
    std::min_element(slots_.begin(), slots_.end(), [](const auto& a, const auto& b) {
        return a.size() < b.size();
    })->push_back(listener);
}

void Worker::receive() {
    const ssize_t size = ::recv(source_, ring_.at(ring_.head()), kReceiveBytesMax, 0);
    if (size > 0) {
        ring_.publish(static_cast<std::size_t>(size));
    } else if (size == 0 || errno != EAGAIN) {
        ::close(source_);
        source_ = -1;
        ring_.give_back();
    }
}

void Worker::serve_slot() {
    std::vector<Listener>& slot = slots_[now_];
    now_ = (now_ + 1) % slots_.size();
    for (std::size_t i = 0; i < slot.size();) {
        if (send_due(slot[i])) {
            ++i;
            continue;
        }
        ::close(slot[i].descriptor);
        slot[i] = slot.back();
        slot.pop_back();
    }
}

/// One send of all that is due. False when the listener is gone.
bool Worker::send_due(Listener& listener) const {
    const std::uint64_t head = ring_.head();
    const std::uint64_t due = head - listener.begin - listener.audio_sent();
    if (due == 0) {
        return true;
    }
    if (due > kLagMax) {
        listener.begin += due - options_.burst_bytes;
    }
    const std::uint64_t offset = listener.begin + listener.audio_sent();
    const ssize_t sent = listener.metaint > 0 ? send_with_blocks(listener, ring_, head)
                                              : ::send(listener.descriptor, ring_.at(offset),
                                                       head - offset, MSG_DONTWAIT | MSG_NOSIGNAL);
    listener.sent += static_cast<std::uint64_t>(std::max<ssize_t>(sent, 0));
    return sent >= 0 || errno == EAGAIN;
}

int run(const Options& options) {
    sigset_t stop;
    ::sigemptyset(&stop);
    ::sigaddset(&stop, SIGINT);
    ::sigaddset(&stop, SIGTERM);
    ::pthread_sigmask(SIG_BLOCK, &stop, nullptr);
    Ring ring;
    std::vector<std::unique_ptr<Worker>> workers;
    for (unsigned i = 0; i < options.workers; ++i) {
        workers.push_back(std::make_unique<Worker>(options, ring));
    }
    for (const auto& worker : workers) {
        std::thread([&worker = *worker] { worker.run(); }).detach();
    }
    int signal_number = 0;
    ::sigwait(&stop, &signal_number);
    std::_Exit(0);  // the workers never end
}

}  // namespace
}  // namespace ringcast::tests::bench

int main(int argc, char** argv) {
    using namespace ringcast::tests::bench;
    try {
        Options options;
        CLI::App app("The bare kernel's cost of streaming from a ring, to compare a server with.");
        app.add_option("--port", options.port, "on 127.0.0.1")->required();
        app.add_option("--workers", options.workers, "threads")->check(CLI::Range(1U, 256U));
        app.add_option("--burst-bytes", options.burst_bytes, "to a new listener")
            ->check(CLI::Range(std::uint64_t{0}, kLagMax));
        app.add_option("--bitrate", options.kbps, "kbit/s of the source, for the socket buffers");
        app.add_option("--phase-ms", options.phase_ms, "step of the wheel")
            ->check(CLI::PositiveNumber);
        app.add_option("--interval-ms", options.interval_ms, "between two sends to a listener")
            ->check(CLI::PositiveNumber);
        app.add_option("--metaint", options.metaint, "audio bytes between empty ICY blocks");
        CLI11_PARSE(app, argc, argv);
        return run(options);
    } catch (const std::exception& error) {
        std::fprintf(stderr, "floor: %s\n", error.what());
        return 1;
    }
}
