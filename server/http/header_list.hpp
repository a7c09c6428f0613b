// SPDX-License-Identifier: Apache-2.0
// The header lines of a request or of a SHOUTcast login, and the few text helpers that header
// values need: ASCII only, whatever the locale.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ringcast::server::http {

[[nodiscard]] bool equals_ignore_case(std::string_view a, std::string_view b);

[[nodiscard]] std::string to_lower(std::string_view text);

/// `text` without blanks and tabs at both ends.
[[nodiscard]] std::string_view trim(std::string_view text);

/// The decimal number with which `text` begins, blanks before it skipped, whatever follows it
/// ("128kbps" is 128), as encoders and players mean it. Nothing when there is no digit or it does
/// not fit 32 bits.
[[nodiscard]] std::optional<std::uint32_t> leading_number(std::string_view text);

/// True when the comma-separated `list` has `token`, in any letter case.
[[nodiscard]] bool has_token(std::string_view list, std::string_view token);

struct Header {
    std::string name;
    std::string value;
};

/// Headers in the order in which they came. Names compare in any letter case.
class HeaderList {
  public:
    void add(std::string_view name, std::string_view value);

    /// The value of the first header of that name; nothing when there is none. The view lives as
    /// long as the list is unchanged.
    [[nodiscard]] std::optional<std::string_view> find(std::string_view name) const;

    /// Every value of that name, in order.
    [[nodiscard]] std::vector<std::string_view> all(std::string_view name) const;

    /// The value of the first header of that name; empty when there is none.
    [[nodiscard]] std::string_view value_or_empty(std::string_view name) const;

    [[nodiscard]] std::size_t size() const { return headers_.size(); }
    [[nodiscard]] auto begin() const { return headers_.begin(); }
    [[nodiscard]] auto end() const { return headers_.end(); }

  private:
    std::vector<Header> headers_;
};

}  // namespace ringcast::server::http
