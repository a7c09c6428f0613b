// SPDX-License-Identifier: Apache-2.0
// One listener's visit: its place in the ring, and the send of what is due.
#include <linux/sockios.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/uio.h>

#include <algorithm>
#include <array>
#include <cerrno>

#include "server/listen/fanout.hpp"

namespace ringcast::server::listen {

namespace {

/// Most bytes in one send; what is due beyond it follows in the next one of the same visit.
constexpr std::size_t kSendBytesMax = std::size_t{256} * 1024;
constexpr int kSendsPerVisitMax = 4;
/// How often within the stall timeout a listener that is well is looked at.
constexpr std::uint32_t kLooksPerTimeout = 8;

/// One non-blocking send of a plan's segments. Most plans are one piece of audio, and for that the
/// kernel need not read a message header and a vector first.
ssize_t send_plan(int descriptor, const core::SendPlan& plan) {
    constexpr int kFlags = MSG_DONTWAIT | MSG_NOSIGNAL;
    if (plan.count == 1) {
        return ::send(descriptor, plan.segments[0].data(), plan.segments[0].size(), kFlags);
    }
    std::array<iovec, core::kSegmentsMax> parts;
    for (std::size_t i = 0; i < plan.count; ++i) {
        parts[i] = {.iov_base = const_cast<std::byte*>(plan.segments[i].data()),
                    .iov_len = plan.segments[i].size()};
    }
    msghdr message{};
    message.msg_iov = parts.data();
    message.msg_iovlen = plan.count;
    return ::sendmsg(descriptor, &message, kFlags);
}

}  // namespace

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
    const Lead lead{
        .us = point.lead_us, .bytes = cursor.due(state), .bits_per_s = entry.bits_per_s()};
    record.interval_ticks = interval_ticks(entry.settings(), lead, context_.options);
    const std::uint32_t longest = is_governed(index) ? wheel_.ticks_max() : record.interval_ticks;
    const int bytes = kernel_bytes(lead, longest, context_.options);
    const int descriptor = record.facts.descriptor;
    (void)::setsockopt(descriptor, SOL_SOCKET, SO_SNDBUF, &bytes, sizeof(bytes));
    (void)::setsockopt(descriptor, IPPROTO_TCP, TCP_NOTSENT_LOWAT, &bytes, sizeof(bytes));
    return true;
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
    if (!acknowledges(index)) {
        close(index, net::CloseReason::Stalled);
        return Outcome::Closed;
    }
    if (record.cursor().offset == core::kNotJoined && !join(index, entry)) {
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
        const ssize_t sent = send_plan(record.facts.descriptor, plan_);
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
            worker_.counters.add(runtime::Counter::BytesSent, taken);
            line.bytes_sent.store(line.bytes_sent.load(std::memory_order_relaxed) + taken,
                                  std::memory_order_relaxed);
        }
        if (taken < plan_.bytes) {
            worker_.counters.add(runtime::Counter::SendsShort);
            return Outcome::Behind;
        }
    }
    return cursor.due(state) == 0 ? Outcome::CaughtUp : Outcome::Behind;
}

/// Whether the peer acknowledges as far as it has something to. Looks only when it was last found
/// well some time ago. TCP_USER_TIMEOUT would not do: while the peer's window is smaller than the
/// first segment that waits, the kernel counts on although the peer acknowledges, and gives up who
/// is only slow.
bool Fanout::acknowledges(std::uint32_t index) {
    const std::uint32_t timeout_s = context_.options.stall_timeout_s;
    core::ListenerRecord& record = part_[index];
    const std::uint32_t passed_s = now_s_ - record.progress_s;
    if (timeout_s == 0 || passed_s < std::max(1U, timeout_s / kLooksPerTimeout)) {
        return true;
    }
    int unacknowledged = 0;
    if (::ioctl(record.facts.descriptor, SIOCOUTQ, &unacknowledged) != 0) {
        return true;  // the next send tells why
    }
    const auto acknowledged = static_cast<std::uint32_t>(record.cursor().sent) -
                              static_cast<std::uint32_t>(unacknowledged);
    if (unacknowledged == 0 || acknowledged != record.acknowledged) {
        record.acknowledged = acknowledged;
        record.progress_s = now_s_;
        return true;
    }
    return passed_s < timeout_s;
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

}  // namespace ringcast::server::listen
