// SPDX-License-Identifier: Apache-2.0
#include "server/ingest/file_input.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <system_error>
#include <utility>

#include "core/check.hpp"
#include "server/http/charset.hpp"
#include "server/http/header_list.hpp"
#include "server/ingest/audio_tags.hpp"
#include "server/ingest/source_description.hpp"
#include "server/ingest/title.hpp"
#include "server/runtime/off_the_loop.hpp"
#include "server/runtime/system_clock.hpp"

namespace ringcast::server::ingest {

namespace asio = boost::asio;
namespace fs = std::filesystem;

namespace {

constexpr std::size_t kReadBytes = std::size_t{64} * 1024;
/// A batch is this much playing time, or this many bytes.
constexpr std::uint64_t kBatchUs = 100'000;
constexpr std::size_t kBatchBytesMax = std::size_t{32} * 1024;
/// How late a batch may be and still be made up for; beyond it the input goes on from now.
constexpr std::int64_t kCatchUpUs = 1'000'000;
constexpr auto kPollInterval = std::chrono::milliseconds(100);
constexpr auto kRetryInterval = std::chrono::seconds(10);
/// How soon a batch is tried again that would have replaced bytes which are being sent.
constexpr auto kPinnedInterval = std::chrono::milliseconds(2);
/// A file's word on its own pace is believed up to this: no audio has more bits in a microsecond.
constexpr std::uint64_t kBitsPerUsMax = 20;

/// Formats that cannot be gone on with in the middle: the next file starts from its headers.
bool has_headers(const std::string& content_type) {
    return content_type == "audio/ogg" || content_type == "audio/flac";
}

std::vector<std::string> playable_files(const std::string& path) {
    std::vector<std::string> files;
    std::error_code error;
    if (!fs::is_directory(path, error)) {
        files.push_back(path);
        return files;
    }
    for (fs::directory_iterator it(path, error), end; !error && it != end; it.increment(error)) {
        if (it->is_regular_file(error) && !content_type_of_file(it->path().string()).empty()) {
            files.push_back(it->path().string());
        }
    }
    std::sort(files.begin(), files.end());
    return files;
}

}  // namespace

struct FileInput::File {
    explicit File(const std::string& path)
        : descriptor(::open(path.c_str(), O_RDONLY | O_CLOEXEC)),
          error(descriptor < 0 ? errno : 0) {}
    ~File() {
        if (descriptor >= 0) {
            ::close(descriptor);
        }
    }
    File(const File&) = delete;
    File& operator=(const File&) = delete;

    const int descriptor;
    const int error;  // why it cannot be read, as errno says it
    std::unique_ptr<core::framing::FrameScanner> scanner;
    std::vector<std::byte> bytes;  // read, not yet scanned from `at` on
    std::size_t at = 0;
    bool at_end = false;
};

std::string content_type_of_file(const std::string& path) {
    static constexpr std::array<std::pair<std::string_view, std::string_view>, 6> kTypes{{
        {".mp3", "audio/mpeg"},
        {".aac", "audio/aac"},
        {".ogg", "audio/ogg"},
        {".oga", "audio/ogg"},
        {".opus", "audio/ogg"},
        {".flac", "audio/flac"},
    }};
    const std::string extension = http::to_lower(fs::path(path).extension().string());
    const auto* const found = std::find_if(
        kTypes.begin(), kTypes.end(), [&](const auto& type) { return type.first == extension; });
    return found == kTypes.end() ? std::string() : std::string(found->second);
}

FileInput::FileInput(net::Worker& worker, asio::thread_pool& blocking,
                     const runtime::Logger& logger, std::shared_ptr<stations::StationEntry> entry,
                     std::uint64_t writer_id)
    : worker_(worker),
      blocking_(blocking),
      logger_(logger),
      entry_(std::move(entry)),
      writer_id_(writer_id),
      timer_(worker.context) {
}

asio::awaitable<void> FileInput::sleep(std::chrono::milliseconds time) {
    timer_.expires_after(time);
    boost::system::error_code ignored;
    co_await timer_.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
}

asio::awaitable<std::vector<std::string>> FileInput::list_files() {
    const auto list = [&path = entry_->settings().input] { return playable_files(path); };
    co_return co_await runtime::off_the_loop(blocking_, list);
}

/// The first file decides what the station plays.
bool FileInput::has_type(const std::string& path) {
    const std::string type = stream_type(entry_->settings(), content_type_of_file(path));
    if (!core::framing::make_scanner(type)->frames()) {
        logger_.error("{}: {} cannot be played: nothing is known of the pace of \"{}\"",
                      entry_->mount(), path, type);
        return false;
    }
    if (content_type_.empty()) {
        content_type_ = type;
        entry_->set_input_type(type);
    }
    if (type != content_type_) {
        logger_.warning("{}: {} is left out: it is {}, the station plays {}", entry_->mount(), path,
                        type, content_type_);
        return false;
    }
    return true;
}

asio::awaitable<void> FileInput::run() {
    for (;;) {
        const std::uint64_t before = written_;
        const std::vector<std::string> files = co_await list_files();
        for (const std::string& file : files) {
            if (has_type(file)) {
                co_await play(file);
            }
        }
        if (written_ == before) {
            logger_.error("{}: nothing in {} can be played", entry_->mount(),
                          entry_->settings().input);
            co_await sleep(kRetryInterval);
        }
    }
}

asio::awaitable<void> FileInput::play(const std::string& path) {
    const auto open_file = [&path] { return std::make_unique<File>(path); };
    const std::unique_ptr<File> opened = co_await runtime::off_the_loop(blocking_, open_file);
    File& file = *opened;
    if (file.descriptor < 0) {
        logger_.error("{}: cannot open {}: {}", entry_->mount(), path,
                      std::generic_category().message(file.error));
        co_return;
    }
    file.scanner = core::framing::make_scanner(content_type_);
    const auto read_title = [&path] { return title_of_file(path); };
    title_ = co_await runtime::off_the_loop(blocking_, read_title);
    show_title();
    bool begun = false;
    for (;;) {
        const std::size_t scanned = collect_frames(file);
        const bool has_new = batch_.size() > offered_;
        if (batch_is_full() || (file.at_end && scanned == 0 && has_new)) {
            co_await keep_pace();
            const bool fresh = co_await hold_station();
            const bool torn = (fresh && begun) || !co_await write_batch();
            if (torn && has_headers(content_type_)) {
                drop_batch();
                co_return;
            }
            begun = true;
        } else if (file.at_end && scanned == 0) {
            co_return;  // what the station's scanner waits with goes before the next file
        } else if (scanned == 0) {
            co_await read_more(file);
        }
    }
}

void FileInput::drop_batch() {
    batch_.clear();
    offered_ = 0;
    batch_us_ = 0;
}

asio::awaitable<std::size_t> FileInput::read_more(File& file) {
    file.bytes.erase(file.bytes.begin(), file.bytes.begin() + static_cast<std::ptrdiff_t>(file.at));
    file.at = 0;
    const std::size_t had = file.bytes.size();
    if (had > core::framing::kUnitBytesMax * 2) {
        file.at_end = true;  // the scanner cannot make anything of this file
        co_return 0;
    }
    file.bytes.resize(had + kReadBytes);
    const auto read_file = [&file, had] {
        return ::read(file.descriptor, file.bytes.data() + had, kReadBytes);
    };
    const ssize_t got = co_await runtime::off_the_loop(blocking_, read_file);
    file.bytes.resize(had + static_cast<std::size_t>(std::max<ssize_t>(got, 0)));
    file.at_end = got <= 0;
    co_return static_cast<std::size_t>(std::max<ssize_t>(got, 0));
}

bool FileInput::batch_is_full() const {
    return batch_us_ >= kBatchUs || batch_.size() - offered_ >= kBatchBytesMax;
}

/// Moves whole frames and stream headers into the batch, leaves tags out, and returns the bytes
/// scanned.
std::size_t FileInput::collect_frames(File& file) {
    using Kind = core::framing::ScanUnit::Kind;
    const std::size_t begin = file.at;
    while (!batch_is_full() && file.at < file.bytes.size()) {
        const std::span<const std::byte> rest(file.bytes.data() + file.at,
                                              file.bytes.size() - file.at);
        const core::framing::ScanUnit unit = file.scanner->next(rest);
        if (unit.kind == Kind::NeedMore) {
            break;
        }
        if (unit.kind != Kind::Junk) {
            batch_.insert(batch_.end(), rest.begin(), rest.begin() + unit.bytes);
            batch_us_ += unit.duration_us;
        }
        file.at += unit.bytes;
    }
    return file.at - begin;
}

/// Waits until the batch is due. Several batches that fell due while a worker was busy go at once.
asio::awaitable<void> FileInput::keep_pace() {
    const std::int64_t now = runtime::steady_microseconds();
    if (due_us_ < now - kCatchUpUs) {
        due_us_ = now;
    }
    if (due_us_ > now) {
        co_await sleep(std::chrono::milliseconds((due_us_ - now) / 1000 + 1));
    }
    due_us_ += pace_us();
}

/// Playing time of what is new in the batch.
std::int64_t FileInput::pace_us() const {
    return static_cast<std::int64_t>(
        std::max<std::uint64_t>(batch_us_, (batch_.size() - offered_) * 8 / kBitsPerUsMax));
}

/// Takes the station, waiting while a live source has it. True when the station was not held
/// before.
asio::awaitable<bool> FileInput::hold_station() {
    if (holding_) {
        co_return false;
    }
    const auto populate = [this] { return entry_->station().make_resident().has_value(); };
    while (!co_await runtime::off_the_loop(blocking_, populate)) {
        logger_.error("{}: no memory for the ring", entry_->mount());
        co_await sleep(kRetryInterval);
    }
    while (!claim_station()) {
        co_await sleep(kPollInterval);
    }
    co_return true;
}

bool FileInput::claim_station() {
    const stations::Writer writer{.id = writer_id_,
                                  .worker = worker_.number,
                                  .is_input = true,
                                  .user = {},
                                  .content_type = content_type_};
    if (entry_->claim(writer, runtime::steady_milliseconds())) {
        return false;
    }
    const bool fresh = entry_->change_type(content_type_);
    core::check(entry_->station().begin_source(content_type_, fresh).has_value(),
                "a source begins in a ring that is resident");
    holding_ = true;
    if (has_headers(content_type_)) {
        batch_.erase(batch_.begin(), batch_.begin() + static_cast<std::ptrdiff_t>(offered_));
    }
    offered_ = 0;  // the station has a new scanner
    http::SourceProperties properties;
    properties.content_type = content_type_;
    entry_->set_broadcast(make_broadcast(entry_->settings(), properties, "file"));
    show_title();
    due_us_ = runtime::steady_microseconds() + pace_us();
    return true;
}

void FileInput::show_title() {
    if (holding_) {
        set_title(*entry_, {.title = http::sanitize_title(title_, http::Charset::Utf8), .url = {}},
                  0);
    }
}

/// Puts the batch into the ring. False when a live source took the station from under it.
asio::awaitable<bool> FileInput::write_batch() {
    while (holding_ && !batch_.empty()) {
        const std::optional<std::size_t> published = write_some();
        if (!published) {
            co_await sleep(kPinnedInterval);
        } else if (*published == 0) {
            break;  // the station's scanner waits for what follows
        }
    }
    offered_ = holding_ ? batch_.size() : 0;
    batch_us_ = 0;
    co_return holding_;
}

/// The bytes that were published; none when a worker is sending what they would replace.
std::optional<std::size_t> FileInput::write_some() {
    core::Station& station = entry_->station();
    const std::size_t size = std::min(batch_.size(), station.ring().reserve_max());
    const std::span<std::byte> span = station.prepare(size);
    if (span.empty()) {
        return std::nullopt;
    }
    std::memcpy(span.data(), batch_.data(), size);
    const std::size_t published = station.publish(size, batch_us_);
    station.record().counters.bytes_read.fetch_add(published, std::memory_order_relaxed);
    batch_.erase(batch_.begin(), batch_.begin() + static_cast<std::ptrdiff_t>(published));
    written_ += published;
    if (published > 0) {
        entry_->frame_published(runtime::steady_milliseconds());
        entry_->set_format(station.format());
    }
    return published;
}

void FileInput::yield_station() {
    if (holding_) {
        holding_ = false;
        entry_->station().end_source();
        entry_->release_writer(writer_id_, runtime::steady_milliseconds());
    }
}

}  // namespace ringcast::server::ingest
