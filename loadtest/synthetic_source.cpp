// SPDX-License-Identifier: Apache-2.0
#include "loadtest/synthetic_source.hpp"

#include <algorithm>
#include <cerrno>

#include "core/check.hpp"
#include "loadtest/mix.hpp"

namespace ringcast::loadtest {

namespace {

constexpr std::int64_t kPollUs = 2'000;       // while a peer's answer or window is awaited
constexpr std::int64_t kRetryUs = 1'000'000;  // after a failure
constexpr std::int64_t kLoginTimeoutUs = 10'000'000;
constexpr std::int64_t kLookUs = 1'000'000;
constexpr std::size_t kPendingBytesMax =
    std::size_t{64} * 1024;  // what is late beyond this comes next turn
constexpr std::size_t kReplyBytesMax = std::size_t{16} * 1024;

bool would_block(int error) {
    // ENOTCONN and EINPROGRESS: the connection is not there yet.
    return error == EAGAIN || error == EINTR || error == ENOTCONN || error == EINPROGRESS;
}

}  // namespace

void SourceTotals::merge(const SourceTotals& other) {
    sources += other.sources;
    logins += other.logins;
    drops += other.drops;
    disconnects += other.disconnects;
    failed_logins += other.failed_logins;
    frames += other.frames;
    bytes += other.bytes;
    lateness.merge(other.lateness);
    for (const auto& [reason, count] : other.failures) {
        failures[reason] += count;
    }
}

SyntheticSource::SyntheticSource(const SourceOptions& options, const Target& target)
    : options_(options),
      format_(frame_format(options.format)),
      target_(target),
      phase_us_(static_cast<std::int64_t>(mix(target.station.value_or(0)) %
                                          static_cast<std::uint64_t>(format_.due_us(1)))) {
    core::check(target.station.has_value(), "a source knows its station");
    pending_.reserve(kPendingBytesMax + kFrameBytesMax);
    totals_.sources = 1;
}

std::int64_t SyntheticSource::step(std::int64_t now_us) {
    switch (state_) {
        case State::Idle:
            return begin_login(now_us);
        case State::LoggingIn:
            return log_in(now_us);
        case State::Streaming:
            return stream(now_us);
    }
    return now_us + kRetryUs;
}

std::int64_t SyntheticSource::begin_login(std::int64_t now_us) {
    const bool shoutcast = options_.login.kind == LoginKind::Shoutcast;
    auto fd = begin_connect(shoutcast ? options_.login_address : target_.address, nullptr);
    if (!fd) {
        return fail(fd.error().message, now_us);
    }
    fd_ = std::move(*fd);
    reply_.clear();
    const std::string request = login_request(options_.login, target_, options_.kbps);
    const auto bytes = std::as_bytes(std::span(request));
    pending_.assign(bytes.begin(), bytes.end());
    written_ = 0;
    since_us_ = now_us;
    state_ = State::LoggingIn;
    return now_us + kPollUs;
}

std::int64_t SyntheticSource::log_in(std::int64_t now_us) {
    if (!flush()) {
        return fail("login: " + error_text(errno), now_us);
    }
    std::array<char, 4'096> buffer{};
    const ssize_t size = ::recv(fd_.get(), buffer.data(), buffer.size(), 0);
    if (size == 0 || (size < 0 && !would_block(errno))) {
        return fail("login: " + (size == 0 ? "closed by the server" : error_text(errno)), now_us);
    }
    reply_.append(buffer.data(), static_cast<std::size_t>(std::max<ssize_t>(size, 0)));
    switch (judge_reply(options_.login.kind, reply_)) {
        case LoginReply::Accepted:
            begin_stream(now_us);
            return now_us + kPollUs;
        case LoginReply::Refused:
            return fail("login: " + reply_.substr(0, reply_.find_first_of("\r\n")), now_us);
        case LoginReply::NeedMore:
            break;
    }
    if (reply_.size() > kReplyBytesMax || now_us - since_us_ > kLoginTimeoutUs) {
        return fail("login: no answer", now_us);
    }
    return now_us + kPollUs;
}

void SyntheticSource::begin_stream(std::int64_t now_us) {
    ++totals_.logins;
    const std::string headers = login_headers(options_.login, options_.kbps);
    const auto bytes = std::as_bytes(std::span(headers));
    pending_.assign(bytes.begin(), bytes.end());
    written_ = 0;
    next_ = std::max(next_, format_.frame_at(now_us - phase_us_));
    session_ = next_;
    std::array<std::byte, kFrameBytesMax> header{};
    const std::size_t size =
        format_.write_stream_header({*target_.station, next_, session_, now_us}, header);
    pending_.insert(pending_.end(), header.data(), header.data() + size);
    totals_.bytes += size;
    since_us_ = now_us;
    looked_us_ = now_us;
    burst_due_us_ = now_us;
    state_ = State::Streaming;
}

std::int64_t SyntheticSource::stream(std::int64_t now_us) {
    if (now_us - looked_us_ >= kLookUs) {
        looked_us_ = now_us;
        if (peer_closed()) {
            return fail("closed by the server while streaming", now_us);
        }
    }
    if (written_ == pending_.size()) {
        pending_.clear();
        written_ = 0;
        append_due_frames(now_us);
    }
    if (!flush()) {
        return fail("write: " + error_text(errno), now_us);
    }
    if (written_ < pending_.size()) {
        return now_us + kPollUs;
    }
    newest_frame_.store(next_ > session_ ? next_ - 1 : 0, std::memory_order_relaxed);
    if (options_.reconnect_every_us > 0 && now_us - since_us_ >= options_.reconnect_every_us) {
        drop_in_mid_frame(now_us);
        return now_us + kPollUs;
    }
    burst_due_us_ = std::max(now_us, burst_due_us_ + options_.burst_us);
    return std::max({due_us(next_), options_.burst_us > 0 ? burst_due_us_ : 0, now_us + 1});
}

void SyntheticSource::append_due_frames(std::int64_t now_us) {
    std::array<std::byte, kFrameBytesMax> frame{};
    while (due_us(next_) <= now_us && pending_.size() < kPendingBytesMax) {
        const FrameIdentity identity{*target_.station, next_, session_, now_us};
        const std::size_t size = format_.write(identity, options_.kbps, frame);
        pending_.insert(pending_.end(), frame.data(), frame.data() + size);
        totals_.lateness.record(now_us - due_us(next_));
        ++totals_.frames;
        ++next_;
    }
    totals_.bytes += pending_.size();
}

/// The server must not pass the half frame on.
void SyntheticSource::drop_in_mid_frame(std::int64_t now_us) {
    std::array<std::byte, kFrameBytesMax> frame{};
    const FrameIdentity identity{*target_.station, next_, session_, now_us};
    const std::size_t half = format_.write(identity, options_.kbps, frame) / 2;
    ++next_;
    (void)peer_closed();  // reads what the server said: unread, it would make this a reset
    (void)::send(fd_.get(), frame.data(), half, MSG_NOSIGNAL);
    ++totals_.drops;
    fd_.reset();
    newest_frame_.store(0, std::memory_order_relaxed);
    state_ = State::Idle;
}

/// Writes what is pending as far as the socket takes it; false (and errno) when it is broken.
bool SyntheticSource::flush() {
    while (written_ < pending_.size()) {
        const std::size_t left = pending_.size() - written_;
        const std::size_t size =
            options_.write_bytes > 0 ? std::min(left, options_.write_bytes) : left;
        const ssize_t sent = ::send(fd_.get(), pending_.data() + written_, size, MSG_NOSIGNAL);
        if (sent < 0) {
            return would_block(errno);
        }
        written_ += static_cast<std::size_t>(sent);
    }
    return true;
}

bool SyntheticSource::peer_closed() {
    std::array<char, 4'096> buffer{};
    const ssize_t size = ::recv(fd_.get(), buffer.data(), buffer.size(), 0);
    return size == 0 || (size < 0 && !would_block(errno));
}

std::int64_t SyntheticSource::fail(const std::string& reason, std::int64_t now_us) {
    ++(state_ == State::Streaming ? totals_.disconnects : totals_.failed_logins);
    ++totals_.failures[reason];
    fd_.reset();
    newest_frame_.store(0, std::memory_order_relaxed);
    state_ = State::Idle;
    return now_us + kRetryUs;
}

}  // namespace ringcast::loadtest
