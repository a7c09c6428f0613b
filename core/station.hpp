// SPDX-License-Identifier: Apache-2.0
// One mount's stream: its ring, and what is known of the audio in it. The writing half belongs to
// the worker that serves the source; the reading half may be used by every worker.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/block_pool.hpp"
#include "core/block_ring.hpp"
#include "core/framing/frame_scanner.hpp"
#include "core/header_chains.hpp"
#include "core/result.hpp"
#include "core/station_record.hpp"
#include "core/stream_offset.hpp"
#include "core/sync_index.hpp"
#include "core/title_timeline.hpp"

namespace ringcast::core {

/// How much of the past a new listener gets at once. Exactly one is not zero, or both for no burst.
struct Burst {
    std::uint64_t us = 0;
    std::uint64_t bytes = 0;
};

/// Where a listener starts.
struct JoinPoint {
    StreamOffset offset = 0;
    std::uint64_t lead_us =
        0;  ///< playing time between it and the head: what the listener's player buffers
    bool synced = false;  ///< false: no sync point in the window, so it starts at the head
};

class Station {
  public:
    /// Claims extents for a ring of at least `ring_bytes` and makes `record` (a free one) this
    /// station's. Nothing is resident before open(). Errors: PoolExhausted, System.
    [[nodiscard]] static Result<std::unique_ptr<Station>> create(BlockPool& pool,
                                                                 StationRecord& record,
                                                                 std::string_view mount,
                                                                 std::size_t ring_bytes);
    /// Gives the ring back and frees the record. Requires: no writer, no pinned reader, no
    /// listener.
    ~Station();
    Station(const Station&) = delete;
    Station& operator=(const Station&) = delete;

    [[nodiscard]] StationRecord& record() const { return *record_; }
    [[nodiscard]] std::string_view mount() const { return record_->mount.data(); }
    [[nodiscard]] const BlockRing& ring() const { return ring_; }
    [[nodiscard]] BlockRing& ring() { return ring_; }
    [[nodiscard]] const TitleTimeline& titles() const { return titles_; }
    [[nodiscard]] const HeaderChains& chains() const { return chains_; }

    // Readers, any thread.

    /// Where a new listener starts: at the sync point that the burst asks for, else the newest; at
    /// most half the ring behind the head. It may be one that is just being published.
    [[nodiscard]] JoinPoint join(const Burst& burst) const;

    /// Where a listener goes that fell out of the window: the oldest sync point that is not about
    /// to be overwritten, else the newest; kNotJoined when there is none.
    [[nodiscard]] StreamOffset skip_target() const;

    /// Playing time of everything published, microseconds since the epoch began.
    [[nodiscard]] MediaTime media_time() const {
        return record_->media_time.load(std::memory_order_relaxed);
    }

    // The writer, one thread at a time.

    /// Makes the ring resident, which takes about a third of a second per GiB: call it off the loop
    /// before begin_source(), on any thread. Errors: OutOfMemory.
    [[nodiscard]] Result<void> make_resident();

    /// A source of this content type begins. The ring becomes resident; offset and titles go on.
    /// `fresh` says that what is in the ring cannot be continued (another type): nobody joins in it
    /// any more. Errors: OutOfMemory.
    [[nodiscard]] Result<void> begin_source(std::string_view content_type, bool fresh);

    /// The `size` bytes behind the head, see BlockRing::prepare(). Empty: try again later.
    [[nodiscard]] std::span<std::byte> prepare(std::size_t size) { return ring_.prepare(size); }

    /// Finds the whole frames among the first `audio` prepared bytes, enters what is known of them,
    /// and returns how many bytes they are; the rest stays behind the head. `elapsed_us` since the
    /// last call is the playing time of formats that have none of their own. commit() must follow.
    [[nodiscard]] std::size_t scan(std::size_t audio, std::uint64_t elapsed_us);

    /// Publishes the `bytes` that scan() found.
    void commit(std::size_t bytes);

    /// scan() and commit(), for a writer that keeps no record in between.
    std::size_t publish(std::size_t audio, std::uint64_t elapsed_us) {
        const std::size_t bytes = scan(audio, elapsed_us);
        commit(bytes);
        return bytes;
    }

    /// The source is gone; what it left of an unfinished frame is dropped.
    void end_source();

    /// The title of what follows: from `behind_head` bytes behind the head on. The texts are in the
    /// charset that goes out. If the timeline is full of titles that listeners still need, the
    /// newest waits.
    void set_title(std::string_view title, std::string_view url, std::size_t behind_head);

    /// Title that came in the stream itself (Ogg comments) since the last call, UTF-8.
    [[nodiscard]] std::optional<std::string> take_stream_title();

    [[nodiscard]] framing::StreamFormat format() const;
    /// Whole frames since the source began.
    [[nodiscard]] std::uint64_t frames() const { return frames_; }
    /// Headers of the present chain do not fit: nobody can join until the next one.
    [[nodiscard]] bool headers_too_large() const { return headers_too_large_; }

  private:
    Station(BlockPool& pool, StationRecord& record, BlockRing ring);
    framing::ScanUnit next_unit(std::span<const std::byte> rest);
    void take_header(const framing::ScanUnit& unit, std::span<const std::byte> bytes);
    void enter_chain(StreamOffset offset);
    void take_frame(const framing::ScanUnit& unit, StreamOffset offset);
    void enter_waiting_title();

    BlockPool& pool_;
    StationRecord* record_;
    BlockRing ring_;
    SyncIndex sync_;
    TitleTimeline titles_;
    HeaderChains chains_;

    std::atomic<bool> resident_{false};

    // The writer's.
    std::unique_ptr<framing::FrameScanner> scanner_;
    std::string content_type_;
    std::uint64_t frames_ = 0;
    MediaTime media_ = 0;
    StreamOffset title_from_ = 0;
    std::vector<std::byte>
        headers_;  // of the chain that is being read; grows only while headers are read
    bool chain_waits_ = false;  // headers_ (perhaps empty) still have to be entered
    bool chain_blank_ = false;  // the newest chain that was entered has no headers
    bool headers_too_large_ = false;
    struct WaitingTitle {
        std::string title;
        std::string url;
    };
    std::optional<WaitingTitle> waiting_title_;
    std::optional<std::string> stream_title_;
};

}  // namespace ringcast::core
