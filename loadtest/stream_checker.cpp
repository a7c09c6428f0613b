// SPDX-License-Identifier: Apache-2.0
#include "loadtest/stream_checker.hpp"

#include <algorithm>
#include <cstring>

namespace ringcast::loadtest {

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

void StreamChecker::consume(Bytes bytes, const Reception& at) {
    counts_.bytes += bytes.size();
    while (!bytes.empty()) {
        switch (state_) {
            case State::Seeking:
                bytes = seek(bytes);
                break;
            case State::Head:
                bytes = take_head(bytes, at);
                break;
            case State::Body:
                bytes = take_body(bytes, at);
                break;
        }
    }
}

StreamChecker::Bytes StreamChecker::seek(Bytes bytes) {
    const auto start = std::ranges::find(bytes, format_->traits().marker);
    const auto passed = static_cast<std::size_t>(start - bytes.begin());
    pass_over(passed);
    if (start != bytes.end()) {
        state_ = State::Head;
        head_filled_ = 0;
    }
    return bytes.subspan(passed);
}

/// The rest of one frame before the first is no fault (Icecast begins anywhere); more is not ours.
void StreamChecker::pass_over(std::size_t bytes) {
    if (locked_) {
        return;
    }
    const bool was_short = counts_.lead_in_bytes < kFrameBytesMax;
    counts_.lead_in_bytes += bytes;
    counts_.corruptions += was_short && counts_.lead_in_bytes >= kFrameBytesMax ? 1 : 0;
}

StreamChecker::Bytes StreamChecker::take_head(Bytes bytes, const Reception& at) {
    const FormatTraits& format = format_->traits();
    if (head_filled_ == 0 && bytes.front() != format.marker) {
        corrupt();
        return bytes;
    }
    const std::size_t taken = std::min(bytes.size(), format.head_bytes - head_filled_);
    std::memcpy(head_.data() + head_filled_, bytes.data(), taken);
    head_filled_ = static_cast<std::uint8_t>(head_filled_ + taken);
    if (head_filled_ == format.head_bytes) {
        head_complete(at);
    }
    return bytes.subspan(taken);
}

void StreamChecker::head_complete(const Reception& at) {
    const auto head = at.heads.read(*format_, std::span(head_).first(head_filled_));
    if (!head) {
        head_failed();
        return;
    }
    searching_ = false;
    head_filled_ = 0;
    if (head->stream_header) {
        check_stream_header(head->identity);
        return;
    }
    check_order(head->identity);
    body_ = head->body.data();
    body_left_ = static_cast<std::uint32_t>(head->body.size());
    sent_us_ = head->identity.sent_us;
    state_ = State::Body;
}

/// Looks for a head among the bytes of the one that was none.
void StreamChecker::head_failed() {
    const auto end = head_.begin() + head_filled_;
    const auto next = std::find(head_.begin() + 1, end, format_->traits().marker);
    if (!searching_) {
        ++(next == end ? counts_.corruptions : counts_.torn_frames);
        searching_ = true;
    }
    pass_over(static_cast<std::size_t>(next - head_.begin()));
    std::copy(next, end, head_.begin());
    head_filled_ = static_cast<std::uint8_t>(end - next);
    state_ = head_filled_ > 0 ? State::Head : State::Seeking;
}

void StreamChecker::check_stream_header(const FrameIdentity& identity) {
    if (station_.value_or(identity.station) != identity.station) {
        ++counts_.foreign_frames;
        return;
    }
    counts_.duplicates += identity.session <= header_session_ ? 1 : 0;
    header_session_ = std::max(header_session_, identity.session);
}

void StreamChecker::check_order(const FrameIdentity& identity) {
    if (station_.value_or(identity.station) != identity.station) {
        ++counts_.foreign_frames;
        return;
    }
    station_ = identity.station;
    if (format_->traits().stream_header && identity.session > header_session_) {
        ++counts_.corruptions;  // no decoder could read it
        header_session_ = identity.session;
    }
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

StreamChecker::Bytes StreamChecker::take_body(Bytes bytes, const Reception& at) {
    const std::size_t taken = std::min<std::size_t>(bytes.size(), body_left_);
    if (std::memcmp(bytes.data(), body_, taken) != 0) {
        const auto wrong =
            std::mismatch(bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(taken), body_)
                .first;
        if (*wrong == format_->traits().marker) {
            ++counts_.torn_frames;
            searching_ = true;
            state_ = State::Head;
        } else {
            corrupt();
        }
        return bytes.subspan(static_cast<std::size_t>(wrong - bytes.begin()));
    }
    body_ += taken;
    body_left_ -= static_cast<std::uint32_t>(taken);
    if (body_left_ == 0) {
        frame_complete(at);
    }
    return bytes.subspan(taken);
}

void StreamChecker::frame_complete(const Reception& at) {
    ++counts_.frames;
    newest_sent_us_ = sent_us_;
    if (sent_us_ >= joined_us_) {
        at.latency.record(at.now_us - sent_us_);
    }
    state_ = State::Head;
}

void StreamChecker::corrupt() {
    ++counts_.corruptions;
    searching_ = true;
    state_ = State::Seeking;
}

}  // namespace ringcast::loadtest
