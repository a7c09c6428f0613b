// SPDX-License-Identifier: Apache-2.0
#include "server/runtime/access_log.hpp"

#include <arpa/inet.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <ctime>
#include <iterator>
#include <limits>
#include <type_traits>

#include "core/check.hpp"
#include "server/runtime/system_clock.hpp"
#include "server/runtime/text_escape.hpp"

namespace ringcast::server::runtime {
namespace {

constexpr std::size_t kBufferBytes = 65'536;
constexpr std::array<unsigned char, 12> kMappedPrefix = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF};

/// How an entry lies in a slot: this, then the texts in the order of `lengths`, without ends.
struct PackedHead {
    std::array<std::byte, 16> remote;
    std::int64_t ended_s;
    std::uint64_t seconds;
    std::uint64_t bytes;
    std::uint16_t status;
    std::array<std::uint8_t, 6> lengths;
};
static_assert(std::is_trivially_copyable_v<PackedHead>);
static_assert(kAccessTextBytesMax <= std::numeric_limits<std::uint8_t>::max());

constexpr std::size_t kTokenBytesMax = 31;  // of methods and protocols
static_assert(sizeof(PackedHead) + 4 * kAccessTextBytesMax + 2 * kTokenBytesMax <=
              kEventPayloadBytes);

constexpr std::array<std::size_t, 6> kTextBytesMax = {kTokenBytesMax,      kAccessTextBytesMax,
                                                      kTokenBytesMax,      kAccessTextBytesMax,
                                                      kAccessTextBytesMax, kAccessTextBytesMax};

std::size_t pack(const AccessEntry& entry, std::span<std::byte> payload) noexcept {
    const std::array texts = {entry.method, entry.target,  entry.protocol,
                              entry.user,   entry.referer, entry.agent};
    PackedHead head{.remote = entry.remote,
                    .ended_s = entry.ended_s,
                    .seconds = entry.seconds,
                    .bytes = entry.bytes,
                    .status = entry.status,
                    .lengths = {}};
    std::size_t at = sizeof(head);
    for (std::size_t i = 0; i < texts.size(); ++i) {
        const std::size_t length = std::min(texts[i].size(), kTextBytesMax[i]);
        std::copy_n(texts[i].data(), length, reinterpret_cast<char*>(&payload[at]));
        head.lengths[i] = static_cast<std::uint8_t>(length);
        at += length;
    }
    std::memcpy(payload.data(), &head, sizeof(head));
    return at;
}

void append_address(std::string& out, const std::array<std::byte, 16>& remote) {
    std::array<char, INET6_ADDRSTRLEN> text{};
    const bool mapped = std::memcmp(remote.data(), kMappedPrefix.data(), kMappedPrefix.size()) == 0;
    const void* const address = mapped ? &remote[kMappedPrefix.size()] : remote.data();
    const char* const printed =
        ::inet_ntop(mapped ? AF_INET : AF_INET6, address, text.data(), text.size());
    core::check(printed != nullptr, "an address of either family fits its text");
    out += printed;
}

void append_time(std::string& out, std::int64_t unix_s) {
    const std::time_t time = unix_s;
    std::tm local{};
    std::array<char, 64> text{};
    std::size_t length = 0;
    if (::localtime_r(&time, &local) != nullptr) {
        // The month's name is English: the server never sets a locale.
        length = std::strftime(text.data(), text.size(), "%d/%b/%Y:%H:%M:%S %z", &local);
    }
    out += length > 0 ? std::string_view(text.data(), length) : "-";
}

void append_text(std::string& out, std::string_view text, bool escape_blanks) {
    if (text.empty()) {
        out += '-';
    } else {
        append_percent_escaped(out, text, escape_blanks);
    }
}

}  // namespace

bool try_submit(Submitter& submitter, const AccessEntry& entry) noexcept {
    return submitter.try_submit(
        EventKind::AccessEntry,
        [&entry](std::span<std::byte, kEventPayloadBytes> payload) noexcept {
            return pack(entry, payload);
        });
}

void submit(Submitter& submitter, const AccessEntry& entry) noexcept {
    submitter.submit(EventKind::AccessEntry,
                     [&entry](std::span<std::byte, kEventPayloadBytes> payload) noexcept {
                         return pack(entry, payload);
                     });
}

AccessEntry unpack_access_entry(std::span<const std::byte> payload) {
    PackedHead head{};
    core::check(payload.size() >= sizeof(head), "an access event has its head");
    std::memcpy(&head, payload.data(), sizeof(head));
    std::array<std::string_view, 6> texts;
    std::size_t at = sizeof(head);
    for (std::size_t i = 0; i < texts.size(); ++i) {
        const auto text = payload.subspan(at, head.lengths[i]);
        texts[i] = {reinterpret_cast<const char*>(text.data()), text.size()};
        at += text.size();
    }
    core::check(at == payload.size(), "an access event is as long as its texts");
    return {.remote = head.remote,
            .ended_s = head.ended_s,
            .seconds = head.seconds,
            .bytes = head.bytes,
            .status = head.status,
            .method = texts[0],
            .target = texts[1],
            .protocol = texts[2],
            .user = texts[3],
            .referer = texts[4],
            .agent = texts[5]};
}

void append_access_line(std::string& out, const AccessEntry& entry) {
    append_address(out, entry.remote);
    out += " - ";
    append_text(out, entry.user, true);
    out += " [";
    append_time(out, entry.ended_s);
    out += "] \"";
    append_text(out, entry.method, true);
    out += ' ';
    append_text(out, entry.target.substr(0, entry.target.find('?')), true);
    out += ' ';
    append_text(out, entry.protocol, true);
    fmt::format_to(std::back_inserter(out), "\" {} {} \"", entry.status, entry.bytes);
    append_text(out, entry.referer, false);
    out += "\" \"";
    append_text(out, entry.agent, false);
    fmt::format_to(std::back_inserter(out), "\" {}\n", entry.seconds);
}

AccessLog::AccessLog(std::string path) : path_(std::move(path)) {
    buffer_.reserve(kBufferBytes);
    reopen();
}

AccessLog::~AccessLog() {
    flush();
    if (file_ >= 0) {
        ::close(file_);
    }
}

void AccessLog::append(const AccessEntry& entry) {
    if (path_.empty()) {
        return;
    }
    append_access_line(buffer_, entry);
    if (buffer_.size() >= kBufferBytes / 2) {
        flush();
    }
}

void AccessLog::flush() noexcept {
    std::string_view rest = buffer_;
    while (!rest.empty() && file_ >= 0) {
        const ssize_t written = ::write(file_, rest.data(), rest.size());
        if (written >= 0) {
            rest.remove_prefix(static_cast<std::size_t>(written));
        } else if (errno != EINTR) {
            report("cannot write", errno);
            break;
        }
    }
    buffer_.clear();
}

void AccessLog::reopen() noexcept {
    if (path_.empty()) {
        return;
    }
    flush();
    const int file = ::open(path_.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0640);
    if (file < 0) {
        report("cannot open", errno);
        return;
    }
    if (file_ >= 0) {
        ::close(file_);
    }
    file_ = file;
}

void AccessLog::report(const char* what, int error) noexcept {
    const std::int64_t now_ms = steady_milliseconds();
    if (now_ms >= next_report_ms_) {
        next_report_ms_ = now_ms + 1000;
        std::fprintf(stderr, "ringcast: %s the access log %s: %s\n", what, path_.c_str(),
                     std::strerror(error));
    }
}

}  // namespace ringcast::server::runtime
