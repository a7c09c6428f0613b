// SPDX-License-Identifier: Apache-2.0
// A station as the server knows it: the core's station, what the config says of it, who writes it
// now, and what is shown of it. Settings never change; everything under the mutex may be used by
// any thread, and never on the streaming path.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/station.hpp"
#include "server/http/charset.hpp"
#include "server/http/source_headers.hpp"

namespace ringcast::server::stations {

/// May a source take a mount that another one holds? Credentials are right in every case.
enum class Takeover : std::uint8_t {
    Silent,  ///< the same user, and the present source has sent no whole frame for a while
    Always,
    Never,
};

struct StationSettings {
    std::string mount;
    std::string name;  ///< empty: what the source says; so for the next four
    std::string description;
    std::string genre;
    std::string url;
    std::string type;
    std::uint32_t bitrate = 0;      ///< kbit/s; 0: what the source says
    std::optional<bool> is_public;  ///< nothing: what the source says
    std::size_t ring_bytes = 0;
    core::Burst burst;
    std::uint32_t delivery_ms = 0;  ///< between two sends to one listener; 0: from its lead
    std::uint32_t metaint = 16000;  ///< 0: no metadata
    http::Charset charset = http::Charset::Utf8;
    std::uint32_t max_listeners = 0;  ///< 0: no limit
    Takeover takeover = Takeover::Silent;
    std::string user;
    std::string password;
    std::string input;     ///< a file or folder that plays while no source is live; empty: none
    bool dynamic = false;  ///< came with a source; goes when it is not used
};

/// Who writes a station.
struct Writer {
    std::uint64_t id = 0;  ///< number of the session; 0: nobody
    std::uint32_t worker = 0;
    bool is_input = false;
    std::string user;
    std::string content_type;
};

/// What is shown of a live station.
struct Broadcast {
    bool live = false;
    http::SourceProperties source;  ///< what the settings say in its place is already in
    std::string source_address;
    std::int64_t started_s = 0;  ///< wall clock
    core::framing::StreamFormat format;
    std::uint32_t generation = 0;  ///< of the bytes that this says the type of; set by the station
};

struct NowPlaying {
    std::string title;  ///< UTF-8
    std::string url;
};

class StationEntry {
  public:
    StationEntry(StationSettings settings, std::unique_ptr<core::Station> station,
                 std::uint32_t index, std::int64_t now_ms)
        : settings_(std::move(settings)),
          station_(std::move(station)),
          index_(index),
          idle_since_ms_(now_ms) {}

    [[nodiscard]] const StationSettings& settings() const { return settings_; }
    [[nodiscard]] const std::string& mount() const { return settings_.mount; }
    [[nodiscard]] core::Station& station() { return *station_; }
    [[nodiscard]] const core::Station& station() const { return *station_; }
    /// Its place in the pool's table.
    [[nodiscard]] std::uint32_t index() const { return index_; }

    /// Makes `writer` the only one that may write, if nobody is; else returns who is. A writer
    /// without id: the station was removed, look it up again. Its silence is counted from now on.
    [[nodiscard]] std::optional<Writer> claim(const Writer& writer, std::int64_t now_ms);
    /// Ends the claim of session `id`; nothing else may have changed it since.
    void release_writer(std::uint64_t id, std::int64_t now_ms);
    [[nodiscard]] Writer writer() const;

    /// What the station's input plays, once that is known: live sources must have the same type.
    void set_input_type(const std::string& content_type);
    [[nodiscard]] std::string input_type() const;

    /// Steady milliseconds at which the writer claimed the station or last published a whole frame.
    [[nodiscard]] std::int64_t last_frame_ms() const {
        return last_frame_ms_.load(std::memory_order_relaxed);
    }
    void frame_published(std::int64_t now_ms) {
        last_frame_ms_.store(now_ms, std::memory_order_relaxed);
    }

    /// The content type that the ring's bytes have: a source with another one, or of a type that
    /// cannot be continued, starts afresh. Returns whether it does, and then nobody who listens can
    /// go on.
    [[nodiscard]] bool change_type(const std::string& content_type);
    /// Grows when the bytes of the ring cannot be continued: listeners of an older one are closed.
    [[nodiscard]] std::uint32_t generation() const {
        return generation_.load(std::memory_order_acquire);
    }

    /// What is shown from now on. After change_type().
    void set_broadcast(Broadcast broadcast);
    void set_format(core::framing::StreamFormat format);
    [[nodiscard]] Broadcast broadcast() const;
    /// Bit rate of the stream as its headers say it; 0: unknown. Any thread, no lock.
    [[nodiscard]] std::uint32_t bits_per_s() const {
        return bits_per_s_.load(std::memory_order_relaxed);
    }
    void set_now_playing(NowPlaying now_playing);
    [[nodiscard]] NowPlaying now_playing() const;

    enum class Admission : std::uint8_t { Admitted, Full, Gone };
    /// Counts a listener in, unless the station is full or about to be removed. Any thread.
    [[nodiscard]] Admission admit_listener();
    void listener_left(std::int64_t now_ms);
    [[nodiscard]] std::uint32_t listeners() const {
        return station_->record().counters.listeners.load(std::memory_order_relaxed);
    }

    /// Marks the station as gone if it has had neither writer nor listener for `idle_ms`; it admits
    /// nobody then.
    [[nodiscard]] bool retire(std::int64_t now_ms, std::int64_t idle_ms);

  private:
    const StationSettings settings_;
    const std::unique_ptr<core::Station> station_;
    const std::uint32_t index_;
    std::atomic<std::int64_t> last_frame_ms_{0};
    std::atomic<std::uint32_t> generation_{1};
    std::atomic<std::uint32_t> bits_per_s_{0};

    mutable std::mutex mutex_;  // guards everything below
    Writer writer_;
    std::string ring_type_;
    std::string input_type_;
    Broadcast broadcast_;
    NowPlaying now_playing_;
    bool retired_ = false;
    std::int64_t idle_since_ms_;
};

}  // namespace ringcast::server::stations
