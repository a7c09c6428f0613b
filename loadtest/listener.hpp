// SPDX-License-Identifier: Apache-2.0
// One verifying listener of the fleet: its request, the response head, then the stream. Does no
// I/O: the fleet hands it what was received.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "loadtest/icy_reader.hpp"
#include "loadtest/stream_checker.hpp"

namespace ringcast::loadtest {

/// What a listener needs of a response head.
struct ResponseHead {
    int status = 0;                 ///< 0 when the status line is none
    std::uint32_t metaint = 0;      ///< 0 when there are no metadata blocks
    std::string_view content_type;  ///< a part of the text
    std::size_t bytes = 0;          ///< length of the head with the empty line
};

/// Nothing while the empty line has not come. "ICY 200 OK" is a status line too.
[[nodiscard]] std::optional<ResponseHead> parse_response_head(std::string_view text);

/// Not thread-safe: its fleet thread owns it.
class Listener {
  public:
    enum class State : std::uint8_t { Head, Streaming, Failed };

    /// `station`: which one must be heard; nothing means any one.
    Listener(std::int64_t connected_us, std::optional<std::uint32_t> station);

    /// Takes what was received.
    void received(std::span<const std::byte> bytes, const Reception& at);

    [[nodiscard]] State state() const { return state_; }
    [[nodiscard]] std::string_view failure() const { return failure_; }
    [[nodiscard]] const StreamChecker& stream() const { return stream_; }
    [[nodiscard]] const IcyReader* icy() const { return icy_.get(); }

  private:
    std::span<const std::byte> take_head(std::span<const std::byte> bytes);
    void fail(std::string reason);

    StreamChecker stream_;
    std::unique_ptr<IcyReader> icy_;
    std::string text_;  // the head while it is not whole
    std::string failure_;
    State state_ = State::Head;
};

}  // namespace ringcast::loadtest
