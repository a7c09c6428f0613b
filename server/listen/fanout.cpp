// SPDX-License-Identifier: Apache-2.0
#include "server/listen/fanout.hpp"

#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <boost/asio/post.hpp>
#include <cerrno>
#include <utility>

#include "server/listen/delivery.hpp"
#include "server/net/departure.hpp"
#include "server/runtime/allocation_guard.hpp"
#include "server/runtime/system_clock.hpp"

namespace ringcast::server::listen {

namespace {

/// A pass gives way to other work after this long, looked at every kServedPerLook listeners.
constexpr std::int64_t kPassUsMax = 5000;
constexpr std::uint32_t kServedPerLook = 32;
/// Most bytes in one send; what is due beyond it follows in the next one of the same visit.
constexpr std::size_t kSendBytesMax = std::size_t{256} * 1024;
constexpr int kSendsPerVisitMax = 4;
/// How far the wheel may run behind the clock and still catch up step by step.
constexpr std::int64_t kCatchUpSteps = 40;

}  // namespace

Fanout::Fanout(net::Worker& worker, FanoutContext context)
    : worker_(worker),
      context_(context),
      part_(context_.table, worker.number),
      wheel_(
          ticks(std::max(context_.options.delivery_max_ms, kRetryMs), context_.options.phase_ms) +
              1,
          context_.table.records()),
      timer_(worker.context) {
}

Fanout::~Fanout() {
    // What the access log could not take until now is lost with the process.
    while (closed_ != core::kNone) {
        const std::uint32_t index = std::exchange(closed_, part_[closed_].next);
        context_.identities.release(part_[index].identity);
        part_.release(index);
    }
}

void Fanout::refuse(const NewListener& listener, net::CloseReason reason) {
    ::close(listener.facts.descriptor);
    listener.entry->listener_left(runtime::steady_milliseconds());
    worker_.counters.subtract(runtime::Counter::ConnectionsOpen);
    worker_.closed.add(reason);
    context_.logger.warning("{}: listener refused: {}", listener.entry->mount(),
                            net::describe(reason).text);
}

void Fanout::adopt(const NewListener& listener) {
    stations::StationEntry& entry = *listener.entry;
    if (stopping_ || !listener.head_sent) {
        refuse(listener,
               stopping_ ? net::CloseReason::ServerStopping : net::CloseReason::ClientReset);
        return;
    }
    const std::uint32_t index = part_.claim();
    if (index == core::kNone) {
        refuse(listener, net::CloseReason::TableFull);
        return;
    }
    core::ListenerRecord& record = part_[index];
    record.facts = listener.facts;
    record.facts.station = entry.index();
    record.generation = entry.generation();
    record.identity = context_.identities.store(listener.identity);
    worker_.counters.add(runtime::Counter::ListenersJoined);
    worker_.counters.add(runtime::Counter::Listeners);

    now_s_ = static_cast<std::uint32_t>(runtime::steady_milliseconds() / 1000);
    record.progress_s = now_s_;
    record.interval_ticks = ticks(kRetryMs, context_.options.phase_ms);
    const core::ListenerCursor cursor(entry.station(), record.facts.metaint, 0);
    record.set_cursor(cursor.begin(core::kNotJoined));
    record.state.store(core::RecordState::Live, std::memory_order_release);

    const Outcome outcome = serve(index);
    unpin();
    if (outcome != Outcome::Closed) {
        const std::uint32_t retry = ticks(kRetryMs, context_.options.phase_ms);
        wheel_.add(index, outcome == Outcome::Behind ? retry : wheel_.level(record.interval_ticks));
    }
    flush_closed();
    arm();
}

/// Finds the place where a listener starts; there is none before the first sync point of a source.
/// False: wait.
bool Fanout::join(std::uint32_t index, stations::StationEntry& entry) {
    core::ListenerRecord& record = part_[index];
    const core::Station& station = entry.station();
    const core::JoinPoint point = station.join(entry.settings().burst);
    if (!point.synced || entry.station().ring().pin(worker_.number, point.offset) > point.offset) {
        return false;
    }
    const core::ListenerCursor cursor(station, record.facts.metaint, station.ring().head());
    core::CursorState state = record.cursor();
    (void)cursor.skip_to(state, point.offset);
    record.set_cursor(state);
    const std::uint32_t ms =
        interval_ms(entry.settings().delivery_ms, point.lead_us, context_.options.delivery_max_ms);
    record.interval_ticks = std::min(wheel_.ticks_max(), ticks(ms, context_.options.phase_ms));
    const int buffer = send_buffer_bytes(
        {.lead_us = point.lead_us, .burst_bytes = cursor.due(state), .bitrate = entry.bitrate()},
        ms);
    (void)::setsockopt(record.facts.descriptor, SOL_SOCKET, SO_SNDBUF, &buffer, sizeof(buffer));
    return true;
}

void Fanout::arm() {
    if (armed_ || (part_.size() == 0 && closed_ == core::kNone)) {
        return;
    }
    armed_ = true;
    const auto go_on = [this] {
        armed_ = false;
        on_timer();
    };
    if (due_ != core::kNone) {
        boost::asio::post(worker_.context, go_on);
        return;
    }
    const std::int64_t now = runtime::steady_microseconds();
    const std::int64_t step = std::int64_t{context_.options.phase_ms} * 1000;
    next_tick_us_ += step;
    if (next_tick_us_ + kCatchUpSteps * step < now) {
        next_tick_us_ = now + step;  // the wheel rested, or the machine did
    }
    timer_.expires_at(
        std::chrono::steady_clock::time_point(std::chrono::microseconds(next_tick_us_)));
    timer_.async_wait([go_on](const boost::system::error_code& error) {
        if (!error) {
            go_on();
        }
    });
}

void Fanout::on_timer() {
    if (!stopping_) {
        if (due_ == core::kNone) {
            due_ = wheel_.advance();
            worker_.counters.add(runtime::Counter::Passes);
        }
        pass();
    }
    flush_closed();
    arm();
}

void Fanout::pass() {
    const runtime::NoAllocationScope no_allocation;
    const std::int64_t begun = runtime::steady_microseconds();
    now_s_ = static_cast<std::uint32_t>(begun / 1'000'000);
    for (std::uint32_t served = 1; due_ != core::kNone; ++served) {
        const std::uint32_t index = std::exchange(due_, part_[due_].next);
        if (due_ != core::kNone) {
            __builtin_prefetch(&part_[due_]);
        }
        deliver(index);
        if (served % kServedPerLook == 0 && runtime::steady_microseconds() - begun > kPassUsMax) {
            break;
        }
    }
    unpin();
}

void Fanout::deliver(std::uint32_t index) {
    core::ListenerRecord& record = part_[index];
    switch (serve(index)) {
        case Outcome::CaughtUp:
            wheel_.add(index, record.interval_ticks);
            return;
        case Outcome::Behind:
            wheel_.add(index,
                       std::min(record.interval_ticks, ticks(kRetryMs, context_.options.phase_ms)));
            return;
        case Outcome::Closed:
            return;
    }
}

/// One visit: everything that is due, in as few sends as the kernel takes it.
Fanout::Outcome Fanout::serve(std::uint32_t index) {
    core::ListenerRecord& record = part_[index];
    stations::StationEntry& entry = context_.registry.at(record.facts.station);
    if (record.generation != entry.generation()) {
        close(index, net::CloseReason::SourceTypeChanged);
        return Outcome::Closed;
    }
    pin_moves_to(entry);
    if (record.cursor().offset == core::kNotJoined && !join(index, entry)) {
        record.progress_s = now_s_;
        return probe(index);
    }
    core::CursorState state = record.cursor();
    const bool in_window = entry.station().ring().pin(worker_.number, state.offset) <= state.offset;
    const core::ListenerCursor cursor(entry.station(), record.facts.metaint,
                                      entry.station().ring().head());
    if (!in_window && !keep_in_window(index, entry, cursor, state)) {
        return Outcome::Closed;
    }
    if (cursor.due(state) == 0) {
        record.progress_s = now_s_;
        return probe(index);
    }
    return send_due(index, cursor, state);
}

/// Moves a listener that fell out of the window to a sync point. False when it was closed.
bool Fanout::keep_in_window(std::uint32_t index, stations::StationEntry& entry,
                            const core::ListenerCursor& cursor, core::CursorState& state) {
    core::ListenerRecord& record = part_[index];
    const core::StreamOffset lost_from = state.offset;
    core::StreamOffset target = 0;
    do {
        target = entry.station().skip_target();
    } while (entry.station().ring().pin(worker_.number, target) > target);
    if (!cursor.skip_to(state, target)) {
        close(index, net::CloseReason::PreludeOverrun);
        return false;
    }
    record.set_cursor(state);
    worker_.counters.add(runtime::Counter::Skips);
    if (target != core::kNotJoined) {
        worker_.counters.add(runtime::Counter::SkippedBytes, target - lost_from);
    }
    core::WorkerLine& line = entry.station().record().ring.workers[worker_.number];
    line.skips.store(line.skips.load(std::memory_order_relaxed) + 1, std::memory_order_relaxed);
    if (now_s_ - record.skip_window_s >= kSkipWindowS) {
        record.skip_window_s = now_s_;
        record.skips_in_window = 0;
    }
    ++record.skips_in_window;
    if (context_.options.skips_max != 0 && record.skips_in_window > context_.options.skips_max) {
        close(index, net::CloseReason::TooManySkips);
        return false;
    }
    return true;
}

Fanout::Outcome Fanout::send_due(std::uint32_t index, const core::ListenerCursor& cursor,
                                 core::CursorState& state) {
    core::ListenerRecord& record = part_[index];
    core::WorkerLine& line = pinned_->station().record().ring.workers[worker_.number];
    for (int sends = 0; sends < kSendsPerVisitMax; ++sends) {
        cursor.plan(state, kSendBytesMax, plan_);
        if (plan_.bytes == 0) {
            return Outcome::CaughtUp;
        }
        std::array<iovec, core::kSegmentsMax> parts;
        for (std::size_t i = 0; i < plan_.count; ++i) {
            parts[i] = {.iov_base = const_cast<std::byte*>(plan_.segments[i].data()),
                        .iov_len = plan_.segments[i].size()};
        }
        msghdr message{};
        message.msg_iov = parts.data();
        message.msg_iovlen = plan_.count;
        const ssize_t sent =
            ::sendmsg(record.facts.descriptor, &message, MSG_DONTWAIT | MSG_NOSIGNAL);
        worker_.counters.add(runtime::Counter::Sends);
        if (sent < 0 && errno != EAGAIN && errno != EINTR && errno != ENOBUFS && errno != ENOMEM) {
            const bool hung_up = errno == ECONNRESET || errno == EPIPE || errno == ETIMEDOUT;
            close(index, errno == ETIMEDOUT ? net::CloseReason::Stalled
                         : hung_up          ? net::CloseReason::ClientReset
                                            : net::CloseReason::SystemError);
            return Outcome::Closed;
        }
        const auto taken = static_cast<std::size_t>(std::max<ssize_t>(sent, 0));
        if (taken > 0) {
            cursor.advance(state, taken);
            record.set_cursor(state);
            record.progress_s = now_s_;
            worker_.counters.add(runtime::Counter::BytesSent, taken);
            line.bytes_sent.store(line.bytes_sent.load(std::memory_order_relaxed) + taken,
                                  std::memory_order_relaxed);
        }
        if (taken < plan_.bytes) {
            worker_.counters.add(runtime::Counter::SendsShort);
            if (context_.options.stall_timeout_s != 0 &&
                now_s_ - record.progress_s >= context_.options.stall_timeout_s) {
                close(index, net::CloseReason::Stalled);
                return Outcome::Closed;
            }
            return Outcome::Behind;
        }
    }
    return cursor.due(state) == 0 ? Outcome::CaughtUp : Outcome::Behind;
}

/// Nothing is due, so no send would tell: asks the socket whether the peer is gone. A FIN alone is
/// no sign, some clients half-close after their request.
Fanout::Outcome Fanout::probe(std::uint32_t index) {
    std::byte byte{};
    const ssize_t got = ::recv(part_[index].facts.descriptor, &byte, 1, MSG_PEEK | MSG_DONTWAIT);
    if (got < 0 && errno != EAGAIN && errno != EINTR) {
        close(index,
              errno == ETIMEDOUT ? net::CloseReason::Stalled : net::CloseReason::ClientReset);
        return Outcome::Closed;
    }
    return Outcome::CaughtUp;
}

/// A worker pins one ring at a time; moving from listener to listener of one station just moves the
/// floor.
void Fanout::pin_moves_to(stations::StationEntry& entry) {
    if (pinned_ != &entry) {
        unpin();
        pinned_ = &entry;
    }
}

void Fanout::unpin() {
    if (pinned_ != nullptr) {
        pinned_->station().ring().unpin(worker_.number);
        pinned_ = nullptr;
    }
}

void Fanout::close(std::uint32_t index, net::CloseReason reason) {
    core::ListenerRecord& record = part_[index];
    record.state.store(core::RecordState::Closed, std::memory_order_release);
    record.close_reason = static_cast<std::uint8_t>(reason);
    ::close(record.facts.descriptor);
    worker_.closed.add(reason);
    worker_.counters.subtract(runtime::Counter::Listeners);
    worker_.counters.subtract(runtime::Counter::ConnectionsOpen);
    record.next = std::exchange(closed_, index);
    // The station may be removed once its last listener has left: nothing may be pinned then.
    unpin();
    stations::StationEntry& entry = context_.registry.at(record.facts.station);
    if (net::describe(reason).error && reason != net::CloseReason::SourceTypeChanged) {
        entry.station().record().counters.slow_listeners.fetch_add(1, std::memory_order_relaxed);
    }
    entry.listener_left(runtime::steady_milliseconds());
}

/// Hands closed records to the access log. What its queue cannot take now waits for the next step.
void Fanout::flush_closed() {
    while (closed_ != core::kNone && log_closed(closed_)) {
        const std::uint32_t index = std::exchange(closed_, part_[closed_].next);
        context_.identities.release(part_[index].identity);
        part_.release(index);
    }
    drained_.store(stopping_ && closed_ == core::kNone, std::memory_order_release);
}

bool Fanout::log_closed(std::uint32_t index) {
    const core::ListenerRecord& record = part_[index];
    const core::Identity identity = context_.identities.load(record.identity);
    return net::log_departure(context_.submitter, {.identity = identity,
                                                   .address = record.facts.address,
                                                   .joined_ms = record.facts.joined_ms,
                                                   .status = record.facts.status,
                                                   .bytes = record.cursor().sent});
}

void Fanout::stop() {
    stopping_ = true;
    // The wheel is not looked at any more: its records are gone.
    for (std::size_t at = 0;;) {
        at = part_.visit(at, 4096, [this](std::uint32_t index) {
            if (part_[index].state.load(std::memory_order_relaxed) == core::RecordState::Live) {
                close(index, net::CloseReason::ServerStopping);
            }
        });
        if (at == 0) {
            break;
        }
    }
    due_ = core::kNone;
    flush_closed();
    arm();
}

}  // namespace ringcast::server::listen
