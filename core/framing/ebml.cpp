// SPDX-License-Identifier: Apache-2.0
#include "core/framing/ebml.hpp"

#include <bit>

namespace ringcast::core::framing {

namespace {

constexpr std::size_t kIdBytesMax = 4;
constexpr std::size_t kNumberBytesMax = 8;

/// Length of a variable-size integer by its first byte, 9 for 0.
std::size_t length_of(std::byte first) {
    return static_cast<std::size_t>(std::countl_zero(std::to_integer<std::uint8_t>(first))) + 1;
}

/// All value bits of a variable-size integer of `length` bytes.
std::uint64_t value_mask(std::size_t length) {
    return (std::uint64_t{1} << (7 * length)) - 1;
}

}  // namespace

EbmlHead ebml_head(std::span<const std::byte> bytes) {
    if (bytes.empty()) {
        return {};
    }
    const std::size_t id_bytes = length_of(bytes[0]);
    if (id_bytes > kIdBytesMax) {
        return {.state = EbmlHead::State::Broken};
    }
    if (bytes.size() <= id_bytes) {
        return {};
    }
    const std::size_t size_bytes = length_of(bytes[id_bytes]);
    if (size_bytes > kNumberBytesMax) {
        return {.state = EbmlHead::State::Broken};
    }
    if (bytes.size() < id_bytes + size_bytes) {
        return {};
    }
    const std::uint64_t size =
        ebml_unsigned(bytes.subspan(id_bytes, size_bytes)) & value_mask(size_bytes);
    const bool unknown = size == value_mask(size_bytes);
    return {.state = EbmlHead::State::Whole,
            .id = static_cast<std::uint32_t>(ebml_unsigned(bytes.first(id_bytes))),
            .bytes = static_cast<std::uint32_t>(id_bytes + size_bytes),
            .unknown_size = unknown,
            .size = unknown ? 0 : size};
}

std::optional<EbmlElement> take_ebml_element(std::span<const std::byte>& rest) {
    const EbmlHead head = ebml_head(rest);
    if (head.state != EbmlHead::State::Whole || head.unknown_size ||
        head.size > rest.size() - head.bytes) {
        return std::nullopt;
    }
    const auto size = static_cast<std::size_t>(head.size);
    const EbmlElement element{.id = head.id, .payload = rest.subspan(head.bytes, size)};
    rest = rest.subspan(head.bytes + size);
    return element;
}

std::optional<std::uint64_t> take_ebml_number(std::span<const std::byte>& rest) {
    const std::size_t length = rest.empty() ? 0 : length_of(rest[0]);
    if (length == 0 || length > kNumberBytesMax || length > rest.size()) {
        return std::nullopt;
    }
    const std::uint64_t number = ebml_unsigned(rest.first(length)) & value_mask(length);
    rest = rest.subspan(length);
    return number;
}

std::uint64_t ebml_unsigned(std::span<const std::byte> payload) {
    std::uint64_t number = 0;
    for (const std::byte byte : payload) {
        number = number << 8 | std::to_integer<std::uint64_t>(byte);
    }
    return number;
}

double ebml_float(std::span<const std::byte> payload) {
    if (payload.size() == 4) {
        return std::bit_cast<float>(static_cast<std::uint32_t>(ebml_unsigned(payload)));
    }
    return payload.size() == 8 ? std::bit_cast<double>(ebml_unsigned(payload)) : 0;
}

}  // namespace ringcast::core::framing
