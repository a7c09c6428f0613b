// SPDX-License-Identifier: Apache-2.0
#include "loadtest/listener.hpp"

#include <strings.h>

#include <algorithm>
#include <charconv>

namespace ringcast::loadtest {

namespace {

constexpr std::size_t kHeadBytesMax = std::size_t{16} * 1024;

bool same_name(std::string_view a, std::string_view b) {
    return a.size() == b.size() && ::strncasecmp(a.data(), b.data(), a.size()) == 0;
}

template <class Number>
Number number_at(std::string_view text, std::size_t at) {
    Number number = 0;
    at = std::min(text.find_first_not_of(' ', at), text.size());
    std::from_chars(text.data() + at, text.data() + text.size(), number);
    return number;
}

}  // namespace

std::optional<ResponseHead> parse_response_head(std::string_view text) {
    constexpr std::string_view kHeadEnd = "\r\n\r\n";
    constexpr std::string_view kLineMark = "\r\n";
    const std::size_t end = text.find(kHeadEnd);
    if (end == std::string_view::npos) {
        return std::nullopt;
    }
    ResponseHead head;
    head.bytes = end + kHeadEnd.size();
    std::string_view lines = text.substr(0, end);
    if (lines.starts_with("HTTP/1.") || lines.starts_with("ICY ")) {
        head.status = number_at<int>(lines, lines.find(' '));
    }
    while (!lines.empty()) {
        const std::size_t line_end = std::min(lines.find(kLineMark), lines.size());
        const std::string_view line = lines.substr(0, line_end);
        const std::size_t colon = line.find(':');
        const std::string_view name = line.substr(0, colon == std::string_view::npos ? 0 : colon);
        if (same_name(name, "icy-metaint")) {
            head.metaint = number_at<std::uint32_t>(line, colon + 1);
        } else if (same_name(name, "content-type")) {
            head.content_type = line.substr(colon + 1);
        }
        lines.remove_prefix(std::min(line_end + kLineMark.size(), lines.size()));
    }
    return head;
}

Listener::Listener(std::int64_t connected_us, std::optional<std::uint32_t> station)
    : stream_(connected_us, station) {
}

void Listener::received(std::span<const std::byte> bytes, const Reception& at) {
    if (state_ == State::Head) {
        bytes = take_head(bytes);
    }
    if (state_ != State::Streaming) {
        return;
    }
    if (icy_) {
        icy_->consume(bytes, stream_, at);
    } else {
        stream_.consume(bytes, at);
    }
}

std::span<const std::byte> Listener::take_head(std::span<const std::byte> bytes) {
    const std::size_t held = text_.size();
    const std::size_t taken = std::min(bytes.size(), kHeadBytesMax - held);
    text_.append(reinterpret_cast<const char*>(bytes.data()), taken);
    const auto head = parse_response_head(text_);
    if (!head) {
        if (text_.size() == kHeadBytesMax) {
            fail("the response head does not end");
        }
        return {};
    }
    if (head->status != 200) {
        fail(text_.substr(0, text_.find('\r')));
        return {};
    }
    if (head->metaint > 0) {
        icy_ = std::make_unique<IcyReader>(head->metaint);
    }
    stream_.set_format(frame_format_of(head->content_type));
    state_ = State::Streaming;
    std::string().swap(text_);
    return bytes.subspan(head->bytes - held);
}

void Listener::fail(std::string reason) {
    state_ = State::Failed;
    failure_ = std::move(reason);
}

}  // namespace ringcast::loadtest
