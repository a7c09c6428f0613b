// SPDX-License-Identifier: Apache-2.0
// Lines of a head as clients really end them: CRLF, LF, or the CR CR LF of an old encoder. A head
// ends with its first empty line.
#pragma once

#include <cstddef>
#include <string_view>

namespace ringcast::server::http {

/// Length of the empty lines that may stand before a head (RFC 9112 section 2.2).
[[nodiscard]] std::size_t leading_empty_bytes(std::string_view bytes);

/// Takes the first line off `rest`, without its end. The last line may lack its end.
[[nodiscard]] std::string_view take_line(std::string_view& rest);

/// Finds the empty line that ends a head, without looking at a byte twice however the head was
/// split over reads.
class HeadEndFinder {
  public:
    /// `bytes` is all of the head so far, the same bytes as last time with more behind them.
    /// Returns the length of the head, its empty line included; 0 while there is none.
    [[nodiscard]] std::size_t find(std::string_view bytes);

    /// Lines that were seen to end, the empty one not counted.
    [[nodiscard]] std::size_t lines() const { return lines_; }

  private:
    std::size_t line_start_ = 0;
    std::size_t scanned_ = 0;
    std::size_t lines_ = 0;
};

}  // namespace ringcast::server::http
