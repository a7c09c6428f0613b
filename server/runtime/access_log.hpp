// SPDX-License-Identifier: Apache-2.0
// The access log: one line per connection, written when it ends, in Icecast's format (NCSA combined
// plus the seconds connected).
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "server/runtime/submitter.hpp"

namespace ringcast::server::runtime {

/// What a line of the access log is made of. A view: texts are copied when it is submitted, each
/// cut at kAccessTextBytesMax.
struct AccessEntry {
    std::array<std::byte, 16> remote{};  ///< IPv6 address in network order, IPv4 as ::ffff:a.b.c.d
    std::int64_t ended_s = 0;            ///< seconds since 1970-01-01 UTC
    std::uint64_t seconds = 0;           ///< how long it was connected
    std::uint64_t bytes = 0;             ///< sent in the reply
    std::uint16_t status = 0;            ///< of the reply; 0 when there was none
    std::string_view method{};
    std::string_view target{};  ///< as requested; a query is left out of the log
    std::string_view protocol{};
    std::string_view user{};
    std::string_view referer{};
    std::string_view agent{};
};

constexpr std::size_t kAccessTextBytesMax = 255;

/// Queues a line. False when the queue is full: nothing is lost or counted yet, the caller keeps
/// what it knows and tries again later. Any thread; never blocks or allocates.
[[nodiscard]] bool try_submit(Submitter& submitter, const AccessEntry& entry) noexcept;

/// The same for a line that may be lost: the submitter counts it then.
void submit(Submitter& submitter, const AccessEntry& entry) noexcept;

/// The entry that try_submit() wrote into an event; a view of `payload`.
[[nodiscard]] AccessEntry unpack_access_entry(std::span<const std::byte> payload);

/// Appends the line of `entry` with its line end, the time in the local time zone:
///     IP - user [dd/Mon/yyyy:HH:MM:SS +zzzz] "METHOD URI PROTO/x" status bytes "referer" "agent" s
/// Nothing that a peer sent can end the line or a field; an absent text is shown as "-".
void append_access_line(std::string& out, const AccessEntry& entry);

/// The file. Failures are reported on standard error, at most one line a second, and cost lines,
/// never the server. Used by one thread.
class AccessLog {
  public:
    /// Opens `path` for appending and creates it if need be. An empty path: no access log.
    explicit AccessLog(std::string path);
    ~AccessLog();
    AccessLog(const AccessLog&) = delete;
    AccessLog& operator=(const AccessLog&) = delete;

    /// Buffers a line; writes out what is buffered when it is a good deal.
    void append(const AccessEntry& entry);
    void flush() noexcept;
    /// Opens the path again (after a rotation). If that fails, the old file stays in use.
    void reopen() noexcept;

  private:
    void report(const char* what, int error) noexcept;

    const std::string path_;
    int file_ = -1;
    std::string buffer_;
    std::int64_t next_report_ms_ = 0;
};

}  // namespace ringcast::server::runtime
