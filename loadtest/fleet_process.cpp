// SPDX-License-Identifier: Apache-2.0
#include "loadtest/fleet_process.hpp"

#include <fmt/format.h>
#include <poll.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <memory>
#include <optional>
#include <span>
#include <thread>
#include <vector>

#include "loadtest/fleet_worker.hpp"
#include "loadtest/wall_clock.hpp"

namespace ringcast::loadtest {

namespace {

constexpr char kBegin = 'b';

/// Waits for one byte; false when the peer has ended its side.
bool receive_byte(const UniqueFd& fd) {
    char byte = 0;
    ssize_t size = -1;
    do {
        size = ::recv(fd.get(), &byte, 1, 0);
    } while (size < 0 && errno == EINTR);
    return size == 1;
}

void send_all(const UniqueFd& fd, std::span<const std::byte> bytes) {
    while (!bytes.empty()) {
        const ssize_t size = ::send(fd.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (size < 0 && errno != EINTR) {
            return;  // the parent is gone: nobody is left to be told
        }
        bytes = bytes.subspan(static_cast<std::size_t>(std::max<ssize_t>(size, 0)));
    }
}

/// All that comes until the peer ends its side; nothing when that takes until `deadline_us`, or is
/// too much.
std::optional<std::vector<std::byte>> receive_all(const UniqueFd& fd, std::int64_t deadline_us) {
    std::vector<std::byte> message;
    std::array<std::byte, 16'384> buffer{};
    while (message.size() <= kTotalsBytesMax) {
        const std::int64_t left_us = std::max<std::int64_t>(deadline_us - wall_now_us(), 0);
        pollfd wanted{fd.get(), POLLIN, 0};
        const int ready = ::poll(&wanted, 1, static_cast<int>(left_us / 1'000));
        if (ready < 0 && errno == EINTR) {
            continue;
        }
        if (ready <= 0) {
            return std::nullopt;
        }
        const ssize_t size = ::recv(fd.get(), buffer.data(), buffer.size(), 0);
        if (size <= 0) {
            return message;
        }
        message.insert(message.end(), buffer.begin(), buffer.begin() + size);
    }
    return std::nullopt;
}

/// Runs the listeners of process `number` until the parent ends its side of `control`.
FleetTotals run_share(const FleetOptions& options, FleetProgress& progress, unsigned number,
                      const UniqueFd& control) {
    const std::size_t stride = std::size_t{options.processes} * options.threads;
    std::vector<std::unique_ptr<FleetWorker>> workers;
    for (std::size_t first = number; first < stride; first += options.processes) {
        workers.push_back(
            std::make_unique<FleetWorker>(options, progress, FleetShare{first, stride}));
    }
    std::vector<std::jthread> threads;
    threads.reserve(workers.size());
    for (const auto& worker : workers) {
        threads.emplace_back(
            [&worker = *worker](const std::stop_token& stop) { worker.run(stop); });
    }
    while (receive_byte(control)) {
    }
    for (std::jthread& thread : threads) {
        thread.request_stop();
    }
    threads.clear();
    FleetTotals totals;
    for (const auto& worker : workers) {
        totals.merge(worker->totals());
    }
    return totals;
}

/// The child's life. It keeps no descriptor of the parent but `control` (and the standard
/// streams): else the sockets of its siblings would outlive the parent.
[[noreturn]] void live(const FleetOptions& options, FleetProgress& progress, unsigned number,
                       UniqueFd control) {
    constexpr int kControl = STDERR_FILENO + 1;
    if (control.get() != kControl) {
        control = UniqueFd(::dup2(control.get(), kControl));
    }
    ::close_range(kControl + 1, ~0U, 0);
    if (receive_byte(control)) {
        send_all(control, encode(run_share(options, progress, number, control)));
    }
    ::_exit(0);
}

std::string how_it_ended(int status) {
    return WIFSIGNALED(status) ? fmt::format("was killed by signal {}", WTERMSIG(status))
                               : fmt::format("exited with {}", WEXITSTATUS(status));
}

}  // namespace

FleetProcess::FleetProcess(const FleetOptions& options, FleetProgress& progress, unsigned number)
    : listeners_((options.listeners + options.processes - 1 - number) / options.processes),
      progress_(progress) {
    std::array<int, 2> ends{-1, -1};
    if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()) != 0) {
        return;  // lost: collect() says so
    }
    control_ = UniqueFd(ends[0]);
    UniqueFd childs_end(ends[1]);
    pid_ = ::fork();
    if (pid_ == 0) {
        live(options, progress, number, std::move(childs_end));
    }
}

FleetProcess::~FleetProcess() {
    if (pid_ > 0) {
        ::kill(pid_, SIGKILL);
        ::waitpid(pid_, nullptr, 0);
    }
}

void FleetProcess::start() {
    ::send(control_.get(), &kBegin, 1, MSG_NOSIGNAL);
}

FleetCounts FleetProcess::progress() const {
    FleetCounts counts;
    counts.opened = progress_.opened.load(std::memory_order_relaxed);
    counts.streaming = progress_.streaming.load(std::memory_order_relaxed);
    counts.failed = progress_.failed.load(std::memory_order_relaxed);
    counts.left = progress_.left.load(std::memory_order_relaxed);
    counts.bytes = progress_.bytes.load(std::memory_order_relaxed);
    counts.gaps = progress_.gaps.load(std::memory_order_relaxed);
    if (died()) {
        counts.streaming = 0;
        counts.failed = std::max<std::uint64_t>(counts.failed, listeners_);
    }
    return counts;
}

/// Leaves its status for collect().
bool FleetProcess::died() const {
    siginfo_t info{};
    return pid_ > 0 &&
           ::waitid(P_PID, static_cast<id_t>(pid_), &info, WEXITED | WNOHANG | WNOWAIT) == 0 &&
           info.si_pid == pid_;
}

void FleetProcess::ask_to_stop() {
    ::shutdown(control_.get(), SHUT_WR);
}

FleetTotals FleetProcess::collect(std::int64_t deadline_us) {
    if (pid_ <= 0) {
        return lost("could not be forked");
    }
    const auto message = receive_all(control_, deadline_us);
    if (!message) {
        ::kill(pid_, SIGKILL);
    }
    int status = 0;
    ::waitpid(std::exchange(pid_, -1), &status, 0);
    if (!message) {
        return lost("did not answer");
    }
    const auto totals = decode(*message);
    return totals && status == 0 ? *totals : lost(how_it_ended(status));
}

FleetTotals FleetProcess::lost(const std::string& how) const {
    FleetTotals totals;
    totals.connects = progress_.opened.load(std::memory_order_relaxed);
    totals.listeners = listeners_;
    totals.failed = listeners_;
    count_failure(totals.failures, "a process of ringcast-load " + how, listeners_);
    return totals;
}

}  // namespace ringcast::loadtest
