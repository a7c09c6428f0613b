// SPDX-License-Identifier: Apache-2.0
// Reading EBML (RFC 8794), as far as WebM and Matroska (RFC 9559) need it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

namespace ringcast::core::framing {

/// An element's ID with its marker bits, and its size.
struct EbmlHead {
    enum class State : std::uint8_t { NeedMore, Broken, Whole };
    State state = State::NeedMore;
    std::uint32_t id = 0;       ///< from here on set when Whole
    std::uint32_t bytes = 0;    ///< of ID and size
    bool unknown_size = false;  ///< ends where an element begins that cannot be inside it
    std::uint64_t size = 0;     ///< of the payload, below 2^56; 0 when unknown
};

/// The head that begins `bytes`; decided by at most its own bytes, which are at most 12.
[[nodiscard]] EbmlHead ebml_head(std::span<const std::byte> bytes);

struct EbmlElement {
    std::uint32_t id = 0;
    std::span<const std::byte> payload;
};

/// Takes an element from the front of `rest`; nothing when none stands there whole, with a size.
[[nodiscard]] std::optional<EbmlElement> take_ebml_element(std::span<const std::byte>& rest);

/// Takes a number of variable size (a track number in a block) from the front of `rest`.
[[nodiscard]] std::optional<std::uint64_t> take_ebml_number(std::span<const std::byte>& rest);

/// An unsigned integer's payload, big-endian; 0 when empty. Only the last 8 bytes count.
[[nodiscard]] std::uint64_t ebml_unsigned(std::span<const std::byte> payload);

/// A float's payload of 4 or 8 bytes; 0 for any other.
[[nodiscard]] double ebml_float(std::span<const std::byte> payload);

}  // namespace ringcast::core::framing
