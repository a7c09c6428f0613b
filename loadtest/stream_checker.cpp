// SPDX-License-Identifier: Apache-2.0
#include "loadtest/stream_checker.hpp"

#include <algorithm>
#include <cstring>

namespace ringcast::loadtest {

namespace {

constexpr std::byte kFrameStart{0xFF};

}  // namespace

void StreamCounts::add(const StreamCounts& other) {
    bytes += other.bytes;
    frames += other.frames;
    lead_in_bytes += other.lead_in_bytes;
    skips += other.skips;
    skipped_frames += other.skipped_frames;
    duplicates += other.duplicates;
    torn_frames += other.torn_frames;
    corruptions += other.corruptions;
    foreign_frames += other.foreign_frames;
    source_changes += other.source_changes;
}

StreamChecker::StreamChecker(std::int64_t joined_us, std::optional<std::uint32_t> station)
    : joined_us_(joined_us), station_(station) {
}

std::optional<std::uint64_t> StreamChecker::sequence() const {
    return locked_ ? std::optional(next_ - 1) : std::nullopt;
}

void StreamChecker::consume(Bytes bytes, std::int64_t now_us, Histogram& latency) {
    counts_.bytes += bytes.size();
    while (!bytes.empty()) {
        switch (state_) {
            case State::Seeking:
                bytes = seek(bytes);
                break;
            case State::Head:
                bytes = take_head(bytes);
                break;
            case State::Body:
                bytes = take_body(bytes, now_us, latency);
                break;
        }
    }
}

StreamChecker::Bytes StreamChecker::seek(Bytes bytes) {
    const auto start = std::find(bytes.begin(), bytes.end(), kFrameStart);
    const auto passed = static_cast<std::size_t>(start - bytes.begin());
    if (!locked_) {
        // The rest of one frame is no fault (Icecast begins anywhere); more than that is not ours.
        const bool was_short = counts_.lead_in_bytes < kFrameBytesMax;
        counts_.lead_in_bytes += passed;
        counts_.corruptions += was_short && counts_.lead_in_bytes >= kFrameBytesMax ? 1 : 0;
    }
    if (start != bytes.end()) {
        state_ = State::Head;
        head_filled_ = 0;
    }
    return bytes.subspan(passed);
}

StreamChecker::Bytes StreamChecker::take_head(Bytes bytes) {
    if (head_filled_ == 0 && bytes.front() != kFrameStart) {
        corrupt();
        return bytes;
    }
    const std::size_t taken = std::min(bytes.size(), head_.size() - head_filled_);
    std::memcpy(head_.data() + head_filled_, bytes.data(), taken);
    head_filled_ = static_cast<std::uint8_t>(head_filled_ + taken);
    if (head_filled_ == head_.size()) {
        head_complete();
    }
    return bytes.subspan(taken);
}

void StreamChecker::head_complete() {
    const auto second = std::find(head_.begin() + 1, head_.end(), kFrameStart);
    if (second != head_.end()) {
        ++counts_.torn_frames;
        std::copy(second, head_.end(), head_.begin());
        head_filled_ = static_cast<std::uint8_t>(head_.end() - second);
        return;
    }
    const auto head = read_frame_head(head_);
    if (!head) {
        corrupt();
        return;
    }
    check_order(head->identity);
    const auto body = frame_body(*head);
    body_ = body.data();
    body_left_ = static_cast<std::uint32_t>(body.size());
    sent_us_ = head->identity.sent_us;
    state_ = State::Body;
}

void StreamChecker::check_order(const FrameIdentity& identity) {
    if (station_.value_or(identity.station) != identity.station) {
        ++counts_.foreign_frames;
        return;
    }
    station_ = identity.station;
    if (!locked_) {
        locked_ = true;
        session_ = identity.session;
        next_ = identity.sequence;
    }
    if (identity.session > session_) {
        // What was under way when the connection ended, or was not encoded meanwhile, cannot be
        // asked of the server; but the new connection must be complete from its first frame.
        ++counts_.source_changes;
        session_ = identity.session;
        next_ = identity.session;
    }
    if (identity.session < session_ || identity.sequence < next_) {
        ++counts_.duplicates;
        return;
    }
    if (identity.sequence > next_) {
        ++counts_.skips;
        counts_.skipped_frames += identity.sequence - next_;
    }
    next_ = identity.sequence + 1;
}

StreamChecker::Bytes StreamChecker::take_body(Bytes bytes, std::int64_t now_us,
                                              Histogram& latency) {
    const std::size_t taken = std::min<std::size_t>(bytes.size(), body_left_);
    if (std::memcmp(bytes.data(), body_, taken) != 0) {
        const auto wrong =
            std::mismatch(bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(taken), body_)
                .first;
        if (*wrong == kFrameStart) {
            ++counts_.torn_frames;
            state_ = State::Head;
            head_filled_ = 0;
        } else {
            corrupt();
        }
        return bytes.subspan(static_cast<std::size_t>(wrong - bytes.begin()));
    }
    body_ += taken;
    body_left_ -= static_cast<std::uint32_t>(taken);
    if (body_left_ == 0) {
        frame_complete(now_us, latency);
    }
    return bytes.subspan(taken);
}

void StreamChecker::frame_complete(std::int64_t now_us, Histogram& latency) {
    ++counts_.frames;
    newest_sent_us_ = sent_us_;
    if (sent_us_ >= joined_us_) {
        latency.record(now_us - sent_us_);
    }
    state_ = State::Head;
    head_filled_ = 0;
}

void StreamChecker::corrupt() {
    ++counts_.corruptions;
    state_ = State::Seeking;
}

}  // namespace ringcast::loadtest
