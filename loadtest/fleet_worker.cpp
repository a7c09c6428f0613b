// SPDX-License-Identifier: Apache-2.0
#include "loadtest/fleet_worker.hpp"

#include <sys/epoll.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cmath>
#include <span>
#include <utility>

#include "core/check.hpp"
#include "loadtest/wall_clock.hpp"

namespace ringcast::loadtest {

namespace {

constexpr std::size_t kReceiveBytes = std::size_t{256} * 1024;
constexpr std::size_t kEventsPerWait = 1024;
constexpr std::size_t kOpensPerTurn = 64;  // so that those who are in are read while others come
constexpr std::int64_t kSlowTickUs = 100'000;
// Receive buffer of a slow reader. The kernel would take in megabytes for it (tcp_rmem), and the
// server would not see for minutes that it is slow.
constexpr int kSlowBufferBytes = 32 * 1024;
constexpr std::int64_t kWaitUsMax = 100'000;  // and so the longest that stop() waits

// Irrational, so that multiples of them fall evenly into 0..1 and any share of the listeners is
// spread over all; two, so that the choices of slow and of ICY listeners are independent.
constexpr double kGoldenRatio = 0.6180339887498949;
constexpr double kRootOfTwo = 1.4142135623730951;

/// Chooses `fraction` of all indexes, evenly.
bool chosen(std::size_t index, double fraction, double step) {
    return std::fmod(static_cast<double>(index + 1) * step, 1.0) < fraction;
}

std::string listener_request(const Target& target, const std::string& agent, bool icy) {
    std::string request = "GET " + target.path + " HTTP/1.0\r\nHost: " + target.host +
                          "\r\nUser-Agent: " + agent + "\r\nAccept: */*\r\n";
    request += icy ? "Icy-MetaData: 1\r\n\r\n" : "\r\n";
    return request;
}

}  // namespace

FleetWorker::FleetWorker(const FleetOptions& options, FleetProgress& progress, FleetShare share)
    : options_(options),
      progress_(progress),
      epoll_(::epoll_create1(EPOLL_CLOEXEC)),
      buffer_(kReceiveBytes) {
    core::check(static_cast<bool>(epoll_), "an epoll can be had before the first connection");
    slots_.reserve(options.listeners / share.stride + 1);
    for (std::size_t i = share.first; i < options.listeners; i += share.stride) {
        slots_.emplace_back(i, chosen(i, options.slow_fraction, kGoldenRatio),
                            chosen(i, options.icy_fraction, kRootOfTwo));
    }
    slow_.reserve(slots_.size());
    if (std::ranges::any_of(options.targets,
                            [](const Target& at) { return at.tls_host.has_value(); })) {
        tls_.emplace();
    }
    churn_per_s_ = options.churn_per_s * static_cast<double>(slots_.size()) /
                   static_cast<double>(options.listeners);
}

std::int64_t FleetWorker::opens_at(std::size_t index) const {
    if (options_.ramp_per_s <= 0) {
        return started_us_;
    }
    return started_us_ + std::llround(static_cast<double>(index) * 1e6 / options_.ramp_per_s);
}

void FleetWorker::run(const std::stop_token& stop) {
    started_us_ = wall_now_us();
    slow_ticked_us_ = started_us_;
    std::array<epoll_event, kEventsPerWait> events{};
    while (!stop.stop_requested()) {
        const std::int64_t now_us = wall_now_us();
        std::int64_t wait_us =
            std::min({open_due(now_us) - now_us, churn_due(now_us) - now_us, kWaitUsMax});
        if (!slow_.empty()) {
            read_slow_ones(now_us);
            wait_us = std::min(wait_us, slow_ticked_us_ + kSlowTickUs - now_us);
        }
        const int wait_ms = static_cast<int>(std::max<std::int64_t>(wait_us, 0) + 999) / 1'000;
        const int count =
            ::epoll_wait(epoll_.get(), events.data(), static_cast<int>(events.size()), wait_ms);
        for (const epoll_event& event :
             std::span(events).first(static_cast<std::size_t>(std::max(count, 0)))) {
            on_event(*static_cast<Slot*>(event.data.ptr), event.events);
        }
    }
    sum_up(wall_now_us());
}

/// Opens the connections that are due, and says when to come back for more.
std::int64_t FleetWorker::open_due(std::int64_t now_us) {
    for (std::size_t i = 0; i < kOpensPerTurn; ++i) {
        if (opened_ == slots_.size()) {
            return now_us + kWaitUsMax;
        }
        Slot& slot = slots_[opened_];
        if (opens_at(slot.index) > now_us) {
            return opens_at(slot.index);
        }
        ++opened_;
        open(slot);
    }
    return now_us;
}

/// Lets those leave whose turn it is, and says when the next turn comes.
std::int64_t FleetWorker::churn_due(std::int64_t now_us) {
    if (churn_per_s_ <= 0) {
        return now_us + kWaitUsMax;
    }
    for (std::size_t i = 0; i < kOpensPerTurn; ++i) {
        const std::int64_t due_us =
            started_us_ + std::llround(static_cast<double>(churn_turns_ + 1) * 1e6 / churn_per_s_);
        if (due_us > now_us) {
            return due_us;
        }
        ++churn_turns_;
        change_one(now_us);
    }
    return now_us;
}

/// Of three turns, one listener leaves in order, one by a reset, and then a newcomer that had sent
/// half of its request. Who has no audio yet does not leave: it would not be missed if the server
/// never gave it any.
void FleetWorker::change_one(std::int64_t now_us) {
    if (half_way_ != nullptr) {
        Slot& slot = *std::exchange(half_way_, nullptr);
        if (slot.phase == Phase::Closed) {
            sum_up(slot, now_us);  // it failed
        } else {
            leave(slot, Departure::HalfWay, now_us);
        }
        open_newcomer(slot, false);
        return;
    }
    Slot& slot = slots_[next_to_leave_];
    next_to_leave_ = (next_to_leave_ + 1) % slots_.size();
    if (slot.phase == Phase::Closed) {
        sum_up(slot, now_us);
        open_newcomer(slot, false);
    } else if (slot.joined) {
        leave(slot, next_departure_, now_us);
        const bool reset = next_departure_ == Departure::Reset;
        next_departure_ = reset ? Departure::Close : Departure::Reset;
        open_newcomer(slot, reset);
    }
}

void FleetWorker::leave(Slot& slot, Departure how, std::int64_t now_us) {
    switch (how) {
        case Departure::Close:
            sum_up(slot, now_us);
            ++totals_.left_by_close;
            break;
        case Departure::Reset: {
            sum_up(slot, now_us);
            ++totals_.left_by_reset;
            const linger at_once{1, 0};
            ::setsockopt(slot.fd.get(), SOL_SOCKET, SO_LINGER, &at_once, sizeof(at_once));
            break;
        }
        case Departure::HalfWay:
            ++totals_.left_half_way;
            break;
    }
    if (slot.slow) {
        std::erase(slow_, &slot);
    }
    close(slot);
    progress_.left.fetch_add(1, std::memory_order_relaxed);
}

void FleetWorker::open_newcomer(Slot& slot, bool stops_half_way) {
    slot.joined = false;
    slot.newcomer = true;
    slot.stops_half_way = stops_half_way;
    half_way_ = stops_half_way ? &slot : nullptr;
    open(slot);
}

void FleetWorker::open(Slot& slot) {
    ++totals_.connects;
    progress_.opened.fetch_add(1, std::memory_order_relaxed);
    slot.connected_us = wall_now_us();
    slot.listener = Listener(slot.connected_us, target(slot).station);
    const auto& from = options_.from;
    auto fd = begin_connect(target(slot).address,
                            from.empty() ? nullptr : &from[slot.index % from.size()]);
    if (!fd) {
        fail(slot, fd.error().message);
        return;
    }
    slot.fd = std::move(*fd);
    if (slot.slow) {
        ::setsockopt(slot.fd.get(), SOL_SOCKET, SO_RCVBUF, &kSlowBufferBytes,
                     sizeof(kSlowBufferBytes));
    }
    if (target(slot).tls_host) {
        slot.tls.emplace(*tls_, slot.fd.get(), *target(slot).tls_host);
    }
    slot.phase = Phase::Connecting;
    epoll_event event{};
    event.events = EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET;
    event.data.ptr = &slot;
    if (::epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, slot.fd.get(), &event) != 0) {
        fail(slot, "epoll_ctl: " + error_text(errno));
    }
}

void FleetWorker::on_event(Slot& slot, std::uint32_t events) {
    if (slot.phase == Phase::Connecting) {
        if (slot.tls || (events & (EPOLLOUT | EPOLLERR | EPOLLHUP)) != 0) {
            send_request(slot);
        }
    } else if (slot.phase == Phase::Receiving && !slot.slow) {
        // Edge-triggered, which saves a poll of each socket for each event: a read that does not
        // fill the buffer has emptied the socket, but does not show that the peer has closed. TLS
        // gives a record at a time.
        const bool ended = (events & (EPOLLRDHUP | EPOLLERR | EPOLLHUP)) != 0;
        std::size_t size = 0;
        do {
            size = read(slot, buffer_.size());
        } while (size == buffer_.size() || ((ended || slot.tls) && size > 0));
    }
}

void FleetWorker::send_request(Slot& slot) {
    std::string request = listener_request(target(slot), options_.agent, slot.icy);
    if (slot.stops_half_way) {
        request.resize(request.size() / 2);
    }
    const ssize_t sent = slot.tls
                             ? slot.tls->send(request)
                             : ::send(slot.fd.get(), request.data(), request.size(), MSG_NOSIGNAL);
    if (sent < 0 && errno == EAGAIN) {
        return;  // the handshake goes on
    }
    if (sent < 0) {
        fail(slot, "connect: " + error_text(errno));
        return;
    }
    if (static_cast<std::size_t>(sent) != request.size()) {
        fail(slot, "the request did not fit into an empty socket");
        return;
    }
    slot.phase = slot.stops_half_way ? Phase::HalfWay : Phase::Receiving;
    if (slot.slow && !slot.stops_half_way) {
        ::epoll_ctl(epoll_.get(), EPOLL_CTL_DEL, slot.fd.get(), nullptr);
        slow_.push_back(&slot);
    }
}

ssize_t FleetWorker::receive(Slot& slot, std::span<std::byte> buffer) {
    return slot.tls ? slot.tls->receive(buffer)
                    : ::recv(slot.fd.get(), buffer.data(), buffer.size(), 0);
}

/// Reads once; returns how much, 0 when there was nothing or the listener is closed.
std::size_t FleetWorker::read(Slot& slot, std::size_t bytes_max) {
    const ssize_t size =
        receive(slot, std::span(buffer_).first(std::min(bytes_max, buffer_.size())));
    if (size < 0 && (errno == EAGAIN || errno == EINTR)) {
        return 0;
    }
    if (size <= 0) {
        const std::string reason = size < 0 ? error_text(errno) : "closed by the server";
        if (slot.joined) {
            close(slot);
        } else {
            fail(slot, "before any audio: " + reason);
        }
        return 0;
    }
    const std::int64_t now_us = wall_now_us();
    const auto bytes = std::span(buffer_).first(static_cast<std::size_t>(size));
    const std::uint64_t gaps_before = slot.listener.stream().counts().skips;
    slot.listener.received(bytes,
                           {now_us, slot.slow ? totals_.slow_latency : totals_.latency, heads_});
    progress_.bytes.fetch_add(bytes.size(), std::memory_order_relaxed);
    const std::uint64_t gaps = slot.listener.stream().counts().skips - gaps_before;
    if (gaps > 0 && !slot.slow) {
        progress_.gaps.fetch_add(gaps, std::memory_order_relaxed);
    }
    if (slot.listener.state() == Listener::State::Failed) {
        fail(slot, slot.listener.failure());
        return 0;
    }
    if (!slot.joined && slot.listener.stream().counts().bytes > 0) {
        on_first_audio(slot, now_us);
    }
    return bytes.size();
}

void FleetWorker::read_slow_ones(std::int64_t now_us) {
    const std::int64_t passed_us = now_us - slow_ticked_us_;
    if (passed_us < kSlowTickUs) {
        return;
    }
    slow_ticked_us_ = now_us;
    const auto allowed = static_cast<std::size_t>(
        std::max<std::int64_t>(options_.slow_bytes_per_s * passed_us / 1'000'000, 1));
    for (Slot* slot : slow_) {
        read(*slot, allowed);
    }
    std::erase_if(slow_, [](const Slot* slot) { return slot->phase == Phase::Closed; });
}

void FleetWorker::on_first_audio(Slot& slot, std::int64_t now_us) {
    slot.joined = true;
    totals_.join.record(now_us - slot.connected_us);
    if (!slot.newcomer) {
        totals_.all_streaming_us = now_us - started_us_;
    }
    progress_.streaming.fetch_add(1, std::memory_order_relaxed);
}

void FleetWorker::close(Slot& slot) {
    slot.tls.reset();
    slot.fd.reset();
    slot.phase = Phase::Closed;
    progress_.streaming.fetch_sub(slot.joined ? 1 : 0, std::memory_order_relaxed);
}

void FleetWorker::fail(Slot& slot, std::string_view reason) {
    count_failure(totals_.failures, reason);
    progress_.failed.fetch_add(slot.joined ? 0 : 1, std::memory_order_relaxed);
    close(slot);
}

void FleetWorker::sum_up(std::int64_t now_us) {
    for (const Slot& slot : slots_) {
        sum_up(slot, now_us);
    }
    slots_.clear();
}

void FleetWorker::sum_up(const Slot& slot, std::int64_t now_us) {
    const bool just_came = slot.newcomer && slot.connected_us > now_us - kBehindUs;
    if (!slot.joined && slot.phase != Phase::Closed && (just_came || slot.stops_half_way)) {
        return;  // the end of the run came first
    }
    const StreamChecker& stream = slot.listener.stream();
    (slot.slow ? totals_.slow : totals_.fast).add(stream.counts());
    ++totals_.listeners;
    if (!slot.joined) {
        ++totals_.failed;
        if (slot.phase != Phase::Closed) {
            count_failure(totals_.failures, "no audio until the end");
        }
        return;
    }
    ++totals_.streamed;
    totals_.mid_frame_starts += stream.counts().lead_in_bytes > 0 ? 1 : 0;
    totals_.icy_wanted += slot.icy && stream.format().traits().icy ? 1 : 0;
    if (const IcyReader* icy = slot.listener.icy()) {
        ++totals_.icy_granted;
        totals_.icy.add(icy->counts());
    }
    if (slot.phase == Phase::Closed) {
        ++(slot.slow ? totals_.slow_closed : totals_.closed_early);
    } else if (!slot.slow && !just_came && stream.newest_sent_us() < now_us - kBehindUs) {
        ++totals_.behind;
    }
}

}  // namespace ringcast::loadtest
