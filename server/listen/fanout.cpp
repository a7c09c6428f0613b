// SPDX-License-Identifier: Apache-2.0
#include "server/listen/fanout.hpp"

#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <boost/asio/post.hpp>
#include <cstddef>
#include <string_view>
#include <utility>

#include "server/net/departure.hpp"
#include "server/runtime/allocation_guard.hpp"
#include "server/runtime/system_clock.hpp"

namespace ringcast::server::listen {

namespace {

/// A pass gives way to other work after this long, looked at every kServedPerLook listeners.
constexpr std::int64_t kPassUsMax = 5000;
constexpr std::uint32_t kServedPerLook = 32;
/// How far the wheel may run behind the clock and still catch up step by step.
constexpr std::int64_t kCatchUpSteps = 40;

/// For whom no record is free. The limits are checked before, so it takes a table in pieces.
constexpr std::string_view kNoRoom =
    "HTTP/1.0 503 Service Unavailable\r\nConnection: Close\r\nContent-Length: 0\r\n\r\n";
constexpr std::uint16_t kNoRoomStatus = 503;

/// A second after its last visit, a record is in no cache: it is fetched while the one before it is
/// served.
void prefetch(const core::ListenerRecord& record) {
    constexpr std::size_t kLine = 64;
    for (std::size_t at = 0; at < sizeof(record); at += kLine) {
        __builtin_prefetch(reinterpret_cast<const std::byte*>(&record) + at);
    }
}

bool is_slow(net::CloseReason reason) {
    return reason == net::CloseReason::Stalled || reason == net::CloseReason::TooManySkips ||
           reason == net::CloseReason::PreludeOverrun;
}

}  // namespace

Fanout::Fanout(net::Worker& worker, const FanoutContext& context)
    : worker_(worker),
      context_(context),
      part_(context_.table, worker.number),
      wheel_(ticks_max(context_.options), context_.table.records()),
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
    const core::ListenerFacts& facts = listener.facts;
    if (reason == net::CloseReason::TableFull) {
        (void)::send(facts.descriptor, kNoRoom.data(), kNoRoom.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
    }
    ::close(facts.descriptor);
    worker_.counters.subtract(runtime::Counter::ConnectionsOpen);
    worker_.closed.add(reason);
    context_.limit.give_back();
    const std::uint16_t status =
        reason == net::CloseReason::TableFull ? kNoRoomStatus : facts.status;
    net::log_or_shed(context_.submitter, {.identity = listener.identity,
                                          .address = facts.address,
                                          .joined_ms = facts.joined_ms,
                                          .status = status,
                                          .bytes = 0});
    listener.entry->listener_left(runtime::steady_milliseconds());
    context_.logger.limited(complaint_, runtime::LogLevel::Warning, "{}: listener refused: {}",
                            listener.entry->mount(), net::describe(reason).text);
}

/// The head fits any fresh socket buffer, and MSG_MORE lets it travel with the burst.
bool Fanout::send_head(const NewListener& listener) {
    const ssize_t sent = ::send(listener.facts.descriptor, listener.head.data(),
                                listener.head.size(), MSG_DONTWAIT | MSG_NOSIGNAL | MSG_MORE);
    return sent == static_cast<ssize_t>(listener.head.size());
}

void Fanout::adopt(const NewListener& listener) {
    stations::StationEntry& entry = *listener.entry;
    if (stopping_) {
        refuse(listener, net::CloseReason::ServerStopping);
        return;
    }
    const std::uint32_t index = part_.claim();
    if (index == core::kNone) {
        refuse(listener, net::CloseReason::TableFull);
        return;
    }
    if (!send_head(listener)) {
        part_.release(index);
        refuse(listener, net::CloseReason::ClientReset);
        return;
    }
    core::ListenerRecord& record = part_[index];
    record.facts = listener.facts;
    record.facts.station = entry.index();
    record.generation = listener.generation;
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
    schedule(index, outcome, true);
    flush_closed();
    arm();
}

void Fanout::arm() {
    if (armed_) {
        return;
    }
    if (part_.size() == 0 && closed_ == core::kNone) {
        next_tick_us_ = 0;  // it rests, and has nothing to catch up with when it goes on
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
        const std::int64_t begun = runtime::steady_microseconds();
        pass(begun);
        const std::int64_t ended = runtime::steady_microseconds();
        worker_.counters.add(runtime::Counter::PassMicroseconds,
                             static_cast<std::uint64_t>(ended - begun));
        if (governor_.passed(begun, ended)) {
            context_.logger.warning(
                "worker {}: sending {}: intervals are {} times as long", worker_.number,
                governor_.factor() > 1 ? "takes its time" : "is easy again", governor_.factor());
        }
    }
    flush_closed();
    arm();
}

void Fanout::pass(std::int64_t begun) {
    const runtime::NoAllocationScope no_allocation;
    now_s_ = static_cast<std::uint32_t>(begun / 1'000'000);
    for (std::uint32_t served = 1; due_ != core::kNone; ++served) {
        const std::uint32_t index = std::exchange(due_, part_[due_].next);
        if (due_ != core::kNone) {
            prefetch(part_[due_]);
        }
        deliver(index);
        if (served % kServedPerLook == 0 && runtime::steady_microseconds() - begun > kPassUsMax) {
            break;
        }
    }
    unpin();
}

void Fanout::deliver(std::uint32_t index) {
    const bool waited = part_[index].cursor().offset == core::kNotJoined;
    schedule(index, serve(index), waited);
}

/// Whether a listener's interval may be stretched: not where its station asks for one.
bool Fanout::is_governed(std::uint32_t index) {
    return context_.registry.at(part_[index].facts.station).settings().delivery_ms == 0;
}

/// Puts a listener where its next visit is due. `anywhere`: within its interval, to level the load.
void Fanout::schedule(std::uint32_t index, Outcome outcome, bool anywhere) {
    std::uint32_t interval = part_[index].interval_ticks;
    if (outcome != Outcome::Closed && is_governed(index)) {
        interval = governor_.stretch(interval, wheel_.ticks_max());
    }
    const std::uint32_t retry = ticks(kRetryMs, context_.options.phase_ms);
    switch (outcome) {
        case Outcome::CaughtUp:
            wheel_.add(index, anywhere ? wheel_.level(interval) : interval);
            return;
        case Outcome::Behind:
            wheel_.add(index, std::min(interval, std::min(retry, wheel_.ticks_max())));
            return;
        case Outcome::Closed:
            return;
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
    context_.limit.give_back();
    record.next = std::exchange(closed_, index);
    // The station may be removed once its last listener has left: nothing may be pinned then.
    unpin();
    stations::StationEntry& entry = context_.registry.at(record.facts.station);
    if (is_slow(reason)) {
        entry.station().record().counters.slow_listeners.fetch_add(1, std::memory_order_relaxed);
    }
    if (net::describe(reason).error) {
        context_.logger.limited(complaint_, runtime::LogLevel::Warning, "{}: listener closed: {}",
                                entry.mount(), net::describe(reason).text);
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
