// SPDX-License-Identifier: Apache-2.0
// A station that plays files while no source is live: a file, or a folder of files in the order of
// their names, looped at the pace of their own frames. Tags are left out; titles come from them.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/thread_pool.hpp>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/framing/frame_scanner.hpp"
#include "server/net/worker.hpp"
#include "server/runtime/logging.hpp"
#include "server/stations/station_entry.hpp"

namespace ringcast::server::ingest {

/// The content type of an audio file by its name; empty for what is not played.
[[nodiscard]] std::string content_type_of_file(const std::string& path);

/// One station's input. Lives on one worker's thread; files are read on `blocking`.
class FileInput {
  public:
    FileInput(net::Worker& worker, boost::asio::thread_pool& blocking,
              const runtime::Logger& logger, std::shared_ptr<stations::StationEntry> entry,
              std::uint64_t writer_id);

    /// Plays until the worker's context ends. Takes the station whenever nobody has it.
    boost::asio::awaitable<void> run();

    /// Gives the station up at once: a live source takes it. On the worker's thread.
    void yield_station();

    [[nodiscard]] std::uint64_t writer_id() const { return writer_id_; }

  private:
    struct File;

    boost::asio::awaitable<std::vector<std::string>> list_files();
    boost::asio::awaitable<void> play(const std::string& path);
    boost::asio::awaitable<std::size_t> read_more(File& file);
    boost::asio::awaitable<bool> hold_station();
    boost::asio::awaitable<void> keep_pace();
    boost::asio::awaitable<bool> write_batch();
    [[nodiscard]] bool has_type(const std::string& path);
    [[nodiscard]] bool claim_station();
    [[nodiscard]] bool batch_is_full() const;
    void drop_batch();
    [[nodiscard]] std::int64_t pace_us() const;
    [[nodiscard]] std::size_t collect_frames(File& file);
    [[nodiscard]] std::optional<std::size_t> write_some();
    void show_title();
    boost::asio::awaitable<void> sleep(std::chrono::milliseconds time);

    net::Worker& worker_;
    boost::asio::thread_pool& blocking_;
    const runtime::Logger& logger_;
    const std::shared_ptr<stations::StationEntry> entry_;
    const std::uint64_t writer_id_;
    boost::asio::steady_timer timer_;
    std::string content_type_;
    bool holding_ = false;
    std::string title_;             // of the file that plays
    std::vector<std::byte> batch_;  // whole frames, not yet in the ring
    std::size_t offered_ = 0;       // of these, the station's scanner saw and waits with
    std::uint64_t batch_us_ = 0;    // playing time of the others
    std::uint64_t written_ = 0;     // bytes, since the start
    std::int64_t due_us_ = 0;       // when the next batch has to be in the ring
};

}  // namespace ringcast::server::ingest
