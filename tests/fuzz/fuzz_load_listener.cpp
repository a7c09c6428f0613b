// SPDX-License-Identifier: Apache-2.0
// A listener of the load generator gets whatever a server sends: its head, metadata blocks and
// frames, damaged in any way. What it counts must not depend on how the bytes were split.
#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/check.hpp"
#include "loadtest/listener.hpp"

namespace {

using namespace ringcast::loadtest;
using ringcast::core::check;
using Bytes = std::vector<std::byte>;

constexpr std::uint64_t kFirst = 65'000'000'000;

void append(Bytes& bytes, std::span<const std::byte> more) {
    bytes.insert(bytes.end(), more.begin(), more.end());
}

/// An answer with ten frames of the format, without metadata blocks.
Bytes good_answer(FormatKind kind) {
    const FrameFormat& format = frame_format(kind);
    const std::string head =
        "HTTP/1.0 200 OK\r\nContent-Type: " + std::string(format.traits().content_type) +
        "\r\n\r\n";
    Bytes answer;
    append(answer, std::as_bytes(std::span(head)));
    std::array<std::byte, kFrameBytesMax> room{};
    append(answer, std::span(room).first(format.write_stream_header({1, kFirst, kFirst, 0}, room)));
    for (std::uint64_t number = kFirst; number < kFirst + 10; ++number) {
        append(answer, std::span(room).first(format.write({1, number, kFirst, 0}, 32, room)));
    }
    return answer;
}

/// Applies edits of four bytes each: what, where (two), with which value.
void damage(Bytes& bytes, std::span<const std::uint8_t> edits) {
    for (; edits.size() >= 4 && !bytes.empty(); edits = edits.subspan(4)) {
        const std::size_t at = (edits[1] * 256U + edits[2]) % bytes.size();
        const auto place = bytes.begin() + static_cast<std::ptrdiff_t>(at);
        const auto end = place + std::min<std::ptrdiff_t>(bytes.end() - place, edits[3]);
        switch (edits[0] % 4) {
            case 0:
                *place = static_cast<std::byte>(edits[3]);
                break;
            case 1:
                bytes.insert(place, static_cast<std::byte>(edits[3]));
                break;
            case 2:
                bytes.erase(place, end);
                break;
            default:
                append(bytes, Bytes(place, end));
                break;
        }
    }
}

struct Seen {
    StreamCounts stream;
    IcyCounts icy;
    Listener::State state;
};

Seen receive(std::span<const std::byte> bytes, std::size_t piece) {
    static HeadReader heads;
    Histogram latency;
    Listener listener(0, 1);
    while (!bytes.empty() && listener.state() != Listener::State::Failed) {
        const std::size_t size = std::min(piece, bytes.size());
        listener.received(bytes.first(size), {0, latency, heads});
        bytes = bytes.subspan(size);
    }
    return {listener.stream().counts(),
            listener.icy() != nullptr ? listener.icy()->counts() : IcyCounts{}, listener.state()};
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size < 2) {
        return 0;
    }
    const auto rest = std::span(data, size).subspan(2);
    Bytes answer;
    if (data[0] % 4 == 3) {
        append(answer, std::as_bytes(rest));
    } else {
        answer = good_answer(static_cast<FormatKind>(data[0] % 4));
        damage(answer, rest);
    }
    const Seen whole = receive(answer, answer.size());
    const Seen parts = receive(answer, data[1] + std::size_t{1});
    check(whole.state == parts.state, "the same end in every split");
    check(whole.state == Listener::State::Failed ||
              (whole.stream == parts.stream && whole.icy == parts.icy),
          "the same counts in every split");
    check(data[0] % 4 == 3 || !rest.empty() ||
              (whole.stream.frames == 10 && whole.stream.faults() + whole.stream.skips == 0),
          "what is not damaged has no fault");
    return 0;
}
