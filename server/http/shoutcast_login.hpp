// SPDX-License-Identifier: Apache-2.0
// The SHOUTcast v1 source handshake (WIRE notes section 4): a password line, our `OK2`, header
// lines, an empty line, audio. Some encoders wait for `OK2`, some send all at once.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "server/http/head_lines.hpp"
#include "server/http/head_reader.hpp"
#include "server/http/header_list.hpp"

namespace ringcast::server::http {

/// What a password line says.
struct ShoutcastLogin {
    std::string mount;            ///< of `/mount:password`; empty: the port's station
    std::string user;             ///< of `user:password`; empty: the source user
    std::string password;         ///< without `:#N`
    std::uint32_t stream_id = 1;  ///< of `password:#N`
    bool poke = false;            ///< libshout's `!POKE` probe: refuse it like a bad password
    /// The whole line. A plain password may contain a colon: the caller tries this one, too.
    std::string line;
};

/// Parses a password line without its end.
[[nodiscard]] ShoutcastLogin parse_shoutcast_login(std::string_view line);

enum class ShoutcastStep : std::uint8_t {
    NeedPassword,  ///< the first line has not ended
    NeedHeaders,   ///< login() holds: authenticate and answer, then read on
    Done,          ///< login() and headers() hold; audio begins at size()
    TooLarge,      ///< over a limit: close
};

/// Reads a handshake however it was split over reads.
class ShoutcastLoginReader {
  public:
    explicit ShoutcastLoginReader(const HeadLimits& limits) : limits_(limits) {}

    /// `bytes` is everything received so far: the same bytes as last time with more behind them.
    /// Not to be called again after Done or TooLarge.
    [[nodiscard]] ShoutcastStep read(std::string_view bytes);

    /// Requires: read() returned NeedHeaders or Done before.
    [[nodiscard]] const ShoutcastLogin& login() const;

    /// The header lines; complete after Done.
    [[nodiscard]] const HeaderList& headers() const { return headers_; }

    /// Bytes of the handshake, its empty line included; 0 before Done.
    [[nodiscard]] std::size_t size() const { return size_; }

  private:
    [[nodiscard]] ShoutcastStep open_step(std::size_t received) const;
    void parse_headers(std::string_view lines);

    HeadLimits limits_;
    std::optional<ShoutcastLogin> login_;
    HeaderList headers_;
    HeadEndFinder end_;
    std::size_t size_ = 0;
};

}  // namespace ringcast::server::http
