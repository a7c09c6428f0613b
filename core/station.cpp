// SPDX-License-Identifier: Apache-2.0
#include "core/station.hpp"

#include <algorithm>
#include <cstring>
#include <random>
#include <utility>

#include "core/check.hpp"

namespace ringcast::core {

namespace {

/// A listener that fell out of the window is moved this much of the ring above its low end, so that
/// it is not overtaken again at once.
constexpr std::size_t skip_margin(std::size_t capacity) {
    return capacity / 8;
}

std::uint64_t random_epoch() {
    std::random_device random;
    return std::uint64_t{random()} << 32U | random();
}

void store_mount(StationRecord& record, std::string_view mount) {
    check(mount.size() <= kMountBytesMax, "mounts are checked where they come in");
    record.mount.fill('\0');
    std::memcpy(record.mount.data(), mount.data(), mount.size());
}

}  // namespace

Result<std::unique_ptr<Station>> Station::create(BlockPool& pool, StationRecord& record,
                                                 std::string_view mount, std::size_t ring_bytes) {
    const std::size_t extent = pool.capacity().extent_bytes;
    const auto extents = static_cast<std::uint32_t>((ring_bytes + extent - 1) / extent);
    const auto owner = static_cast<std::uint32_t>(&record - pool.stations().data()) + 1;
    Result<ExtentRuns> runs = pool.claim(std::max(extents, 1U), owner);
    if (!runs) {
        return runs.error();
    }
    BlockRing::reset(record.ring);
    Result<BlockRing> ring = BlockRing::map(pool, *runs, record.ring);
    if (!ring) {
        pool.give_back(*runs);
        return ring.error();
    }
    record.runs = *runs;
    store_mount(record, mount);
    record.epoch = random_epoch();
    record.used.store(1, std::memory_order_release);
    return std::unique_ptr<Station>(new Station(pool, record, std::move(*ring)));
}

Station::Station(BlockPool& pool, StationRecord& record, BlockRing ring)
    : pool_(pool),
      record_(&record),
      ring_(std::move(ring)),
      sync_(record.sync, ring_.capacity()),
      titles_(record.titles),
      chains_(record.chains) {
}

Station::~Station() {
    ring_ = BlockRing();
    pool_.give_back(record_->runs);
    const auto index = static_cast<std::uint64_t>(record_ - pool_.stations().data());
    const std::uint64_t begin = pool_.layout().stations + index * sizeof(StationRecord);
    // Records are whole pages, so this also sets every field to zero for the next station.
    static_assert(sizeof(StationRecord) % 4096 == 0);
    pool_.discard_metadata(begin, begin + sizeof(StationRecord));
}

JoinPoint Station::join(const Burst& burst) const {
    const StreamOffset head = ring_.head();
    const MediaTime media = media_time();
    const StreamOffset half = ring_.capacity() / 2;
    const StreamOffset low =
        std::max({ring_.low(), record_->join_floor.load(std::memory_order_relaxed),
                  head > half ? head - half : 0});
    std::optional<SyncPoint> point;
    if (burst.us != 0) {
        point = sync_.newest_until(media > burst.us ? media - burst.us : 0, low);
    } else {
        point = sync_.oldest(std::max(low, head > burst.bytes ? head - burst.bytes : 0));
        if (!point) {  // they lie further apart than the burst is long
            point = sync_.newest(low);
        }
    }
    if (!point) {
        return {.offset = head};
    }
    return {.offset = point->offset,
            .lead_us = media > point->time ? media - point->time : 0,
            .synced = true};
}

StreamOffset Station::skip_target() const {
    const StreamOffset low =
        std::max(ring_.low(), record_->join_floor.load(std::memory_order_relaxed));
    std::optional<SyncPoint> point = sync_.oldest(low + skip_margin(ring_.capacity()));
    if (!point) {
        point = sync_.newest(low);
    }
    return point ? point->offset : kNotJoined;
}

Result<void> Station::make_resident() {
    if (resident_.load(std::memory_order_relaxed)) {
        return {};
    }
    Result<void> populated = ring_.populate();
    if (populated) {
        resident_.store(true, std::memory_order_relaxed);
    }
    return populated;
}

Result<void> Station::begin_source(std::string_view content_type, bool fresh) {
    if (Result<void> resident = make_resident(); !resident) {
        return resident;
    }
    content_type_ = content_type;
    scanner_ = framing::make_scanner(content_type);
    frames_ = 0;
    stream_title_.reset();
    if (fresh) {
        record_->join_floor.store(ring_.head(), std::memory_order_relaxed);
        headers_.clear();
        headers_too_large_ = false;
        chain_waits_ = true;
        chain_blank_ = chains_.enter({}, ring_.head(), ring_.confirmed_low());
    }
    return {};
}

void Station::end_source() {
    scanner_.reset();
    headers_.clear();
    headers_.shrink_to_fit();
}

framing::ScanUnit Station::next_unit(std::span<const std::byte> rest) {
    framing::ScanUnit unit = scanner_->next(rest);
    // What cannot be framed within the writer's reserve passes, and the scanner starts anew behind
    // it.
    const std::size_t limit = std::min(framing::kUnitBytesMax, ring_.reserve_max() / 2);
    if (unit.kind == framing::ScanUnit::Kind::NeedMore && rest.size() >= limit) {
        scanner_ = framing::make_scanner(content_type_);
        unit = {.kind = framing::ScanUnit::Kind::Junk,
                .bytes = static_cast<std::uint32_t>(rest.size())};
    }
    return unit;
}

std::size_t Station::scan(std::size_t audio, std::uint64_t elapsed_us) {
    check(scanner_ != nullptr, "a source has begun");
    const StreamOffset head = ring_.head();
    const std::span<const std::byte> bytes = ring_.prepared(audio);
    std::size_t at = 0;
    while (at < bytes.size()) {
        const std::span<const std::byte> rest = bytes.subspan(at);
        const framing::ScanUnit unit = next_unit(rest);
        if (unit.kind == framing::ScanUnit::Kind::NeedMore) {
            break;
        }
        check(unit.bytes > 0 && unit.bytes <= rest.size(), "a unit lies in what was shown");
        if (unit.kind == framing::ScanUnit::Kind::Header) {
            take_header(unit, rest.first(unit.bytes));
        } else if (unit.kind == framing::ScanUnit::Kind::Frame) {
            take_frame(unit, head + at);
        }
        std::string title;
        if (scanner_->take_title(title)) {
            stream_title_ = title;
        }
        at += unit.bytes;
    }
    if (!scanner_->frames()) {
        media_ += elapsed_us;
    }
    enter_waiting_title();
    return at;
}

void Station::commit(std::size_t bytes) {
    record_->media_time.store(media_, std::memory_order_relaxed);
    ring_.commit(bytes);
}

void Station::take_header(const framing::ScanUnit& unit, std::span<const std::byte> bytes) {
    if (unit.chain_start) {
        headers_.clear();
        headers_too_large_ = false;
    }
    chain_waits_ = true;
    if (headers_.size() + bytes.size() > kStreamHeadersBytesMax) {
        headers_too_large_ = true;
        return;
    }
    headers_.insert(headers_.end(), bytes.begin(), bytes.end());
}

void Station::enter_chain(StreamOffset offset) {
    if (headers_.empty() && chain_blank_) {
        chain_waits_ = headers_too_large_;
        return;
    }
    scanner_->complete_headers(headers_);
    if (!headers_too_large_ && chains_.enter(headers_, offset, ring_.confirmed_low())) {
        chain_waits_ = false;
        chain_blank_ = headers_.empty();
        return;
    }
    // The headers before do not hold here. Saying so lets them leave with the window, which makes
    // the room that these wait for.
    if (!chain_blank_) {
        chain_blank_ = chains_.enter({}, offset, ring_.confirmed_low());
    }
}

void Station::take_frame(const framing::ScanUnit& unit, StreamOffset offset) {
    if (chain_waits_ && unit.sync) {
        enter_chain(offset);
    }
    if (unit.sync && !chain_waits_) {
        sync_.add({offset, media_}, record_->join_floor.load(std::memory_order_relaxed));
    }
    media_ += unit.duration_us;
    ++frames_;
}

void Station::set_title(std::string_view title, std::string_view url, std::size_t behind_head) {
    title_from_ = std::max(title_from_, ring_.head() + behind_head);
    if (waiting_title_) {
        record_->counters.titles_merged.fetch_add(1, std::memory_order_relaxed);
    }
    if (titles_.enter(title, url, title_from_, ring_.confirmed_low())) {
        waiting_title_.reset();
        return;
    }
    waiting_title_ = WaitingTitle{std::string(title), std::string(url)};
}

void Station::enter_waiting_title() {
    if (!waiting_title_) {
        return;
    }
    title_from_ = std::max(title_from_, ring_.head());
    if (titles_.enter(waiting_title_->title, waiting_title_->url, title_from_,
                      ring_.confirmed_low())) {
        waiting_title_.reset();
    }
}

std::optional<std::string> Station::take_stream_title() {
    return std::exchange(stream_title_, std::nullopt);
}

framing::StreamFormat Station::format() const {
    return scanner_ != nullptr ? scanner_->format() : framing::StreamFormat{};
}

}  // namespace ringcast::core
