// SPDX-License-Identifier: Apache-2.0
// The log as loops see it: a line is formatted straight into a slot of the submitter's queue,
// without allocating or blocking; the submitter's thread writes it (log_writer.hpp).
#pragma once

#include <fmt/format.h>

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <utility>

#include "server/runtime/submitter.hpp"

namespace ringcast::server::runtime {

/// `Off` is above all lines: a threshold only.
enum class LogLevel : std::uint8_t { Debug, Info, Warning, Error, Off };

/// "debug", "info", "warning", "error", "off".
[[nodiscard]] std::string_view to_string(LogLevel level);
/// The level of such a name.
[[nodiscard]] std::optional<LogLevel> parse_log_level(std::string_view name);

/// A line as it lies in an event.
struct LogLine {
    std::int64_t time_us = 0;  ///< microseconds since 1970-01-01 UTC
    LogLevel level = LogLevel::Info;
    std::string_view text{};  ///< ends with "..." (U+2026) where it was too long for a slot
};

/// The line that Logger wrote into an event; a view of `payload`.
[[nodiscard]] LogLine unpack_log_line(std::span<const std::byte> payload);

/// Lets one line a second through and counts the others: one per call site, shared by all who come
/// there. Any thread.
class RateLimited {
  public:
    /// When a line may be written now: how many were suppressed since the last one. `now_ms` is a
    /// time of steady_milliseconds().
    [[nodiscard]] std::optional<std::uint64_t> admit(std::int64_t now_ms) noexcept;

  private:
    static constexpr std::int64_t kIntervalMs = 1000;
    std::atomic<std::int64_t> next_ms_{0};
    std::atomic<std::uint64_t> suppressed_{0};
};

/// Any thread; no function blocks, allocates (for arguments that fmt prints without), or throws.
/// Texts from peers may be logged as they are: the writer escapes them.
class Logger {
  public:
    /// Discards everything: for tests and tools.
    Logger() = default;
    /// `submitter` must outlive the logger. What its queue cannot take is shed and counted there.
    Logger(Submitter& submitter, LogLevel level) : submitter_(&submitter), level_(level) {}
    Logger(const Logger&) = delete;
    Logger& operator=(const Logger&) = delete;

    void set_level(LogLevel level) noexcept { level_.store(level, std::memory_order_relaxed); }
    [[nodiscard]] bool enabled(LogLevel level) const noexcept {
        return submitter_ != nullptr && level >= level_.load(std::memory_order_relaxed);
    }

    template <class... Args>
    void debug(fmt::format_string<Args...> format, Args&&... args) const noexcept {
        log(LogLevel::Debug, format, std::forward<Args>(args)...);
    }
    template <class... Args>
    void info(fmt::format_string<Args...> format, Args&&... args) const noexcept {
        log(LogLevel::Info, format, std::forward<Args>(args)...);
    }
    template <class... Args>
    void warning(fmt::format_string<Args...> format, Args&&... args) const noexcept {
        log(LogLevel::Warning, format, std::forward<Args>(args)...);
    }
    template <class... Args>
    void error(fmt::format_string<Args...> format, Args&&... args) const noexcept {
        log(LogLevel::Error, format, std::forward<Args>(args)...);
    }
    template <class... Args>
    void log(LogLevel level, fmt::format_string<Args...> format, Args&&... args) const noexcept {
        if (enabled(level)) {
            write(level, 0, format, fmt::make_format_args(args...));
        }
    }

    /// A line that may come very often: at most one a second of `site`, which ends with how many
    /// like it were left out.
    template <class... Args>
    void limited(RateLimited& site, LogLevel level, fmt::format_string<Args...> format,
                 Args&&... args) const noexcept {
        if (enabled(level)) {
            write_limited(site, level, format, fmt::make_format_args(args...));
        }
    }

  private:
    void write(LogLevel level, std::uint64_t suppressed, fmt::string_view format,
               fmt::format_args args) const noexcept;
    void write_limited(RateLimited& site, LogLevel level, fmt::string_view format,
                       fmt::format_args args) const noexcept;

    Submitter* submitter_ = nullptr;
    std::atomic<LogLevel> level_{LogLevel::Error};
};

}  // namespace ringcast::server::runtime
