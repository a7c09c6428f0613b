// SPDX-License-Identifier: Apache-2.0
#include "server/runtime/logging.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <exception>
#include <type_traits>

#include "core/check.hpp"
#include "server/runtime/system_clock.hpp"

namespace ringcast::server::runtime {
namespace {

constexpr std::array<std::string_view, 5> kLevelNames = {"debug", "info", "warning", "error",
                                                         "off"};
constexpr std::string_view kEllipsis = "\u2026";
constexpr std::string_view kUnprintable = "a log line could not be formatted";

struct PackedHead {
    std::int64_t time_us;
    LogLevel level;
};
static_assert(std::is_trivially_copyable_v<PackedHead>);

constexpr std::size_t kTextBytesMax = kEventPayloadBytes - sizeof(PackedHead);

/// Replaces the end of a full buffer by an ellipsis, without leaving a torn UTF-8 sequence.
void put_ellipsis(std::span<char> text, std::size_t& size) {
    size = text.size() - kEllipsis.size();
    while (size > 0 && (static_cast<unsigned char>(text[size]) & 0xC0U) == 0x80) {
        --size;
    }
    std::copy(kEllipsis.begin(), kEllipsis.end(), text.data() + size);
    size += kEllipsis.size();
}

std::size_t format_text(std::span<char> text, fmt::string_view format, fmt::format_args args,
                        std::uint64_t suppressed) noexcept {
    try {
        std::size_t wanted = fmt::vformat_to_n(text.data(), text.size(), format, args).size;
        std::size_t size = std::min(wanted, text.size());
        if (suppressed > 0) {
            wanted += fmt::format_to_n(text.data() + size, text.size() - size,
                                       " ({} more like this)", suppressed)
                          .size;
            size = std::min(wanted, text.size());
        }
        if (wanted > text.size()) {
            put_ellipsis(text, size);
        }
        return size;
    } catch (const std::exception&) {
        // Formats are checked when compiled; what is left is an argument that cannot be printed.
        std::copy(kUnprintable.begin(), kUnprintable.end(), text.data());
        return kUnprintable.size();
    }
}

}  // namespace

std::string_view to_string(LogLevel level) {
    return kLevelNames.at(static_cast<std::size_t>(level));
}

std::optional<LogLevel> parse_log_level(std::string_view name) {
    const auto* const found = std::find(kLevelNames.begin(), kLevelNames.end(), name);
    if (found == kLevelNames.end()) {
        return std::nullopt;
    }
    return static_cast<LogLevel>(found - kLevelNames.begin());
}

LogLine unpack_log_line(std::span<const std::byte> payload) {
    PackedHead head{};
    core::check(payload.size() >= sizeof(head), "a log event has its head");
    std::memcpy(&head, payload.data(), sizeof(head));
    const auto text = payload.subspan(sizeof(head));
    return {.time_us = head.time_us,
            .level = head.level,
            .text = {reinterpret_cast<const char*>(text.data()), text.size()}};
}

std::optional<std::uint64_t> RateLimited::admit(std::int64_t now_ms) noexcept {
    std::int64_t next = next_ms_.load(std::memory_order_relaxed);
    if (now_ms < next ||
        !next_ms_.compare_exchange_strong(next, now_ms + kIntervalMs, std::memory_order_relaxed)) {
        suppressed_.fetch_add(1, std::memory_order_relaxed);
        return std::nullopt;
    }
    return suppressed_.exchange(0, std::memory_order_relaxed);
}

void Logger::write(LogLevel level, std::uint64_t suppressed, fmt::string_view format,
                   fmt::format_args args) const noexcept {
    const PackedHead head{.time_us = wall_microseconds(), .level = level};
    submitter_->submit(
        EventKind::LogLine, [&](std::span<std::byte, kEventPayloadBytes> payload) noexcept {
            std::memcpy(payload.data(), &head, sizeof(head));
            auto* const text = reinterpret_cast<char*>(&payload[sizeof(head)]);
            return sizeof(head) + format_text({text, kTextBytesMax}, format, args, suppressed);
        });
}

void Logger::write_limited(RateLimited& site, LogLevel level, fmt::string_view format,
                           fmt::format_args args) const noexcept {
    if (const auto suppressed = site.admit(steady_milliseconds())) {
        write(level, *suppressed, format, args);
    }
}

}  // namespace ringcast::server::runtime
