// SPDX-License-Identifier: Apache-2.0
#include "server/stations/station_entry.hpp"

#include <algorithm>

#include "core/check.hpp"

namespace ringcast::server::stations {

std::optional<Writer> StationEntry::claim(const Writer& writer, std::int64_t now_ms) {
    const std::scoped_lock lock(mutex_);
    if (writer_.id != 0 || retired_) {
        return writer_;
    }
    writer_ = writer;
    last_frame_ms_.store(now_ms, std::memory_order_relaxed);
    return std::nullopt;
}

void StationEntry::release_writer(std::uint64_t id, std::int64_t now_ms) {
    const std::scoped_lock lock(mutex_);
    core::check(writer_.id == id, "a claim is ended by its own session");
    writer_ = {};
    broadcast_.live = false;
    idle_since_ms_ = now_ms;
}

Writer StationEntry::writer() const {
    const std::scoped_lock lock(mutex_);
    return writer_;
}

void StationEntry::set_input_type(const std::string& content_type) {
    const std::scoped_lock lock(mutex_);
    input_type_ = content_type;
}

std::string StationEntry::input_type() const {
    const std::scoped_lock lock(mutex_);
    return input_type_;
}

bool StationEntry::change_type(const std::string& content_type) {
    const std::scoped_lock lock(mutex_);
    const bool continues = content_type == ring_type_ &&
                           content_type.find("webm") == std::string::npos &&
                           content_type.find("matroska") == std::string::npos;
    if (continues) {
        return false;
    }
    ring_type_ = content_type;
    generation_.fetch_add(1, std::memory_order_release);
    return true;
}

void StationEntry::set_broadcast(Broadcast broadcast) {
    const std::scoped_lock lock(mutex_);
    broadcast_ = std::move(broadcast);
    broadcast_.generation = generation_.load(std::memory_order_relaxed);
    now_playing_ = {};
}

void StationEntry::set_format(core::framing::StreamFormat format) {
    const std::scoped_lock lock(mutex_);
    bits_per_s_.store(format.bitrate, std::memory_order_relaxed);
    broadcast_.format = std::move(format);
}

Broadcast StationEntry::broadcast() const {
    const std::scoped_lock lock(mutex_);
    return broadcast_;
}

void StationEntry::set_now_playing(NowPlaying now_playing) {
    const std::scoped_lock lock(mutex_);
    now_playing_ = std::move(now_playing);
}

NowPlaying StationEntry::now_playing() const {
    const std::scoped_lock lock(mutex_);
    return now_playing_;
}

StationEntry::Admission StationEntry::admit_listener() {
    core::StationCounters& counters = station_->record().counters;
    const std::scoped_lock lock(mutex_);
    if (retired_) {
        return Admission::Gone;
    }
    const std::uint32_t now = counters.listeners.load(std::memory_order_relaxed);
    if (settings_.max_listeners != 0 && now >= settings_.max_listeners) {
        return Admission::Full;
    }
    counters.listeners.store(now + 1, std::memory_order_relaxed);
    counters.listener_peak.store(
        std::max(now + 1, counters.listener_peak.load(std::memory_order_relaxed)),
        std::memory_order_relaxed);
    counters.listener_connections.fetch_add(1, std::memory_order_relaxed);
    return Admission::Admitted;
}

void StationEntry::listener_left(std::int64_t now_ms) {
    core::StationCounters& counters = station_->record().counters;
    const std::scoped_lock lock(mutex_);
    core::check(counters.listeners.load(std::memory_order_relaxed) > 0, "who leaves was there");
    counters.listeners.fetch_sub(1, std::memory_order_relaxed);
    idle_since_ms_ = now_ms;
}

bool StationEntry::retire(std::int64_t now_ms, std::int64_t idle_ms) {
    const std::scoped_lock lock(mutex_);
    if (writer_.id != 0 || listeners() != 0 || now_ms - idle_since_ms_ < idle_ms) {
        return false;
    }
    retired_ = true;
    return true;
}

}  // namespace ringcast::server::stations
