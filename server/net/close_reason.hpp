// SPDX-License-Identifier: Apache-2.0
// Why a connection ended: every one ends in exactly one of these. Log lines, counters and the admin
// pages take their words from the table.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "server/runtime/counters.hpp"

namespace ringcast::server::net {

enum class CloseReason : std::uint8_t {
    // Any connection
    ClientClosed,
    ClientReset,
    ServerStopping,
    SystemError,
    // While a request was read or answered
    HeaderTimeout,
    HeaderTooLarge,
    Malformed,
    Answered,
    AnswerTimeout,
    // Listeners
    Stalled,
    TooManySkips,
    PreludeOverrun,
    SourceTypeChanged,
    StationRemoved,
    // Sources
    SourceFinished,
    SourceTimeout,
    SourceDisplaced,
    SourceMalformedBody,
    // Refused requests
    Unauthorized,
    VerifierBusy,
    NotFound,
    MethodNotAllowed,
    BadMount,
    NoContentType,
    ContentTypeMismatch,
    UnsupportedEncoding,
    MountInUse,
    SourcesFull,
    PoolExhausted,
    ListenersFull,
    StationFull,
    TableFull,
};

struct CloseReasonRow {
    CloseReason reason;
    bool error;             ///< something went wrong, or somebody was turned away
    std::string_view name;  ///< in counters, as a label, and in machine-readable logs
    std::string_view text;  ///< for people: "closed: TEXT"
};

constexpr std::array kCloseReasons = std::to_array<CloseReasonRow>({
    {CloseReason::ClientClosed, false, "client_closed", "the client closed the connection"},
    {CloseReason::ClientReset, false, "client_reset", "the client reset the connection"},
    {CloseReason::ServerStopping, false, "server_stopping", "the server stops"},
    {CloseReason::SystemError, true, "system_error", "a system call on the socket failed"},
    {CloseReason::HeaderTimeout, true, "header_timeout",
     "the request head did not come within limits.header_timeout"},
    {CloseReason::HeaderTooLarge, true, "header_too_large",
     "the request head was longer than limits.header_size"},
    {CloseReason::Malformed, true, "malformed", "the request was malformed"},
    {CloseReason::Answered, false, "answered", "the request was answered"},
    {CloseReason::AnswerTimeout, true, "answer_timeout", "the client did not take the answer"},
    {CloseReason::Stalled, true, "stalled",
     "the listener acknowledged nothing for limits.listener_stall_timeout"},
    {CloseReason::TooManySkips, true, "too_many_skips",
     "the listener lagged behind more often than limits.listener_skips_max"},
    {CloseReason::PreludeOverrun, true, "prelude_overrun",
     "the listener had not taken its first bytes when the ring had moved on"},
    {CloseReason::SourceTypeChanged, true, "source_type_changed",
     "a new source of another content type went live"},
    {CloseReason::StationRemoved, false, "station_removed", "the station was removed"},
    {CloseReason::SourceFinished, false, "source_finished", "the source ended its stream"},
    {CloseReason::SourceTimeout, true, "source_timeout",
     "the source sent nothing for limits.source_timeout"},
    {CloseReason::SourceDisplaced, false, "source_displaced", "another source took over"},
    {CloseReason::SourceMalformedBody, true, "source_malformed_body",
     "the framing of the source's body was malformed"},
    {CloseReason::Unauthorized, true, "unauthorized", "no or wrong credentials"},
    {CloseReason::VerifierBusy, true, "verifier_busy", "too many passwords waited to be verified"},
    {CloseReason::NotFound, true, "not_found", "nothing is there"},
    {CloseReason::MethodNotAllowed, true, "method_not_allowed", "the method is not served there"},
    {CloseReason::BadMount, true, "bad_mount", "no mount can have that name"},
    {CloseReason::NoContentType, true, "no_content_type", "the source gave no content type"},
    {CloseReason::ContentTypeMismatch, true, "content_type_mismatch",
     "the source has another content type than the station's input"},
    {CloseReason::UnsupportedEncoding, true, "unsupported_encoding",
     "the transfer encoding is not supported"},
    {CloseReason::MountInUse, true, "mount_in_use", "another source is live there"},
    {CloseReason::SourcesFull, true, "sources_full", "limits.sources was reached"},
    {CloseReason::PoolExhausted, true, "pool_exhausted", "the pool has no room for a station"},
    {CloseReason::ListenersFull, true, "listeners_full", "limits.listeners was reached"},
    {CloseReason::StationFull, true, "station_full", "the station's max_listeners was reached"},
    {CloseReason::TableFull, true, "table_full", "the table of connections was full"},
});

static_assert(
    [] {
        for (std::size_t i = 0; i < kCloseReasons.size(); ++i) {
            if (kCloseReasons[i].reason != static_cast<CloseReason>(i)) {
                return false;
            }
        }
        return kCloseReasons.size() == static_cast<std::size_t>(CloseReason::TableFull) + 1;
    }(),
    "the table lists every reason, in order");

[[nodiscard]] constexpr const CloseReasonRow& describe(CloseReason reason) {
    return kCloseReasons[static_cast<std::size_t>(reason)];
}

/// How many connections ended for each reason; one array per worker.
using CloseCounters = runtime::CounterArray<CloseReason, kCloseReasons.size()>;

}  // namespace ringcast::server::net
