// SPDX-License-Identifier: Apache-2.0
#include "loadtest/fleet_totals.hpp"

#include <algorithm>
#include <cstring>

namespace ringcast::loadtest {

namespace {

template <class Value>
void append(std::vector<std::byte>& message, const Value& value) {
    const auto bytes = std::as_bytes(std::span(&value, 1));
    message.insert(message.end(), bytes.begin(), bytes.end());
}

/// Takes a value from the front of `message`; false when it is too short.
template <class Value>
bool take(std::span<const std::byte>& message, Value& value) {
    if (message.size() < sizeof(Value)) {
        return false;
    }
    std::memcpy(&value, message.data(), sizeof(Value));
    message = message.subspan(sizeof(Value));
    return true;
}

}  // namespace

void FleetTotals::merge(const FleetTotals& other) {
    connects += other.connects;
    left_by_close += other.left_by_close;
    left_by_reset += other.left_by_reset;
    left_half_way += other.left_half_way;
    listeners += other.listeners;
    streamed += other.streamed;
    failed += other.failed;
    closed_early += other.closed_early;
    slow_closed += other.slow_closed;
    behind += other.behind;
    mid_frame_starts += other.mid_frame_starts;
    icy_wanted += other.icy_wanted;
    icy_granted += other.icy_granted;
    all_streaming_us = std::max(all_streaming_us, other.all_streaming_us);
    fast.add(other.fast);
    slow.add(other.slow);
    icy.add(other.icy);
    latency.merge(other.latency);
    slow_latency.merge(other.slow_latency);
    join.merge(other.join);
    for (const auto& [reason, count] : other.failures) {
        count_failure(failures, reason, count);
    }
}

void count_failure(std::map<std::string, std::uint64_t>& failures, std::string_view reason,
                   std::uint64_t count) {
    std::string kept(reason.substr(0, kFailureReasonBytesMax));
    if (failures.size() >= kFailureReasonsMax && !failures.contains(kept)) {
        kept = "other reasons";
    }
    failures[std::move(kept)] += count;
}

std::vector<std::byte> encode(const FleetTotals& totals) {
    std::vector<std::byte> message;
    append(message, static_cast<const FleetNumbers&>(totals));
    for (const auto& [reason, count] : totals.failures) {
        append(message, count);
        append(message, std::uint64_t{reason.size()});
        const auto text = std::as_bytes(std::span(reason));
        message.insert(message.end(), text.begin(), text.end());
    }
    return message;
}

std::optional<FleetTotals> decode(std::span<const std::byte> message) {
    FleetTotals totals;
    if (!take(message, static_cast<FleetNumbers&>(totals))) {
        return std::nullopt;
    }
    while (!message.empty()) {
        std::uint64_t count = 0;
        std::uint64_t size = 0;
        if (!take(message, count) || !take(message, size) || size > message.size()) {
            return std::nullopt;
        }
        const auto* text = reinterpret_cast<const char*>(message.data());
        totals.failures[std::string(text, size)] += count;
        message = message.subspan(size);
    }
    return totals;
}

}  // namespace ringcast::loadtest
