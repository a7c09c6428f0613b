// SPDX-License-Identifier: Apache-2.0
// From received bytes to a request head that a strict parser accepts. Encoders and players send
// heads that RFC 9112 forbids: ICE/1.0, bare LF, blanks before a colon or inside a target. They are
// recognised here (HeadReader) and made regular (normalize_head); WIRE notes sections 1 and 2.1.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "server/http/head_lines.hpp"
#include "server/http/status.hpp"

namespace ringcast::server::http {

enum class HeadKind : std::uint8_t {
    NeedMore,        ///< no decision yet
    HttpHead,        ///< a whole head; `size` bytes, what follows them is the body
    ShoutcastLogin,  ///< a first line that is no request: a SHOUTcast password
                     ///< (shoutcast_login.hpp)
    TooLarge,        ///< over a limit: answer 431 and close
    Malformed,       ///< no request: answer 400 and close
};

struct HeadResult {
    HeadKind kind = HeadKind::NeedMore;
    std::size_t size = 0;  ///< HttpHead only, blank line included
};

struct HeadLimits {
    std::size_t bytes_max = std::size_t{64} * 1024;
    std::size_t headers_max = 128;
};

/// Decides what the first bytes of a connection (or the next ones of a kept one) are.
class HeadReader {
  public:
    /// `accepts_shoutcast`: the port takes SHOUTcast v1 sources beside HTTP.
    HeadReader(const HeadLimits& limits, bool accepts_shoutcast)
        : limits_(limits), accepts_shoutcast_(accepts_shoutcast) {}

    /// `bytes` is everything received so far: the same bytes as last time with more behind them.
    /// After any other answer than NeedMore a new reader is needed.
    [[nodiscard]] HeadResult read(std::string_view bytes);

  private:
    [[nodiscard]] HeadResult need_more(std::size_t received) const;

    HeadLimits limits_;
    bool accepts_shoutcast_;
    bool is_request_ = false;
    std::size_t first_line_scanned_ = 0;
    HeadEndFinder end_;
};

struct NormalizedHead {
    std::string text;  ///< regular HTTP/1.x, CRLF, ends with the empty line
    bool ice = false;  ///< the client said ICE/x.y
};

/// Makes a whole head (as HeadReader found it) regular: ICE/x.y becomes HTTP/1.0, every line ends
/// in CRLF, blanks before a colon go, blanks inside a target become %20 for /admin/metadata and
/// /admin.cgi and are refused elsewhere, and `SOURCE password /mount` (Icecast 1) becomes a SOURCE
/// request with Basic credentials of the user `source`. Errors: 400, 431.
[[nodiscard]] HttpResult<NormalizedHead> normalize_head(std::string_view head);

}  // namespace ringcast::server::http
