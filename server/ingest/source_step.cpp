// SPDX-License-Identifier: Apache-2.0
// One source's step: what it sent is received into the ring, and its whole frames are published.
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "core/check.hpp"
#include "server/ingest/source_set.hpp"
#include "server/ingest/title.hpp"
#include "server/runtime/allocation_guard.hpp"
#include "server/runtime/system_clock.hpp"

namespace ringcast::server::ingest {

namespace {

constexpr std::size_t kReceiveBytesMax = std::size_t{64} * 1024;
/// Frames of a session after which its format is shown: the scanner has seen enough by then.
constexpr std::uint64_t kFormatFrames = 4;
/// Bytes after which a source without one frame is told of: more than its stream headers may have.
constexpr std::uint64_t kFramelessBytesMax = 2 * core::kStreamHeadersBytesMax;

}  // namespace

/// Takes what there is, once. Level-triggered, so what is left comes back after the others. Says
/// whether there may be more at once; the session may have ended.
bool SourceSet::step(Session& session) {
    core::Station& station = session.entry->station();
    const core::RawPlace place = core::raw_place(session.body, station.ring().reserve_max());
    core::check(place.size_max > 0, "the scanner keeps the reserve from filling");
    const std::size_t size = std::min(kReceiveBytesMax, place.size_max);
    std::span<std::byte> region;
    std::size_t received = 0;
    bool ended = session.body.ended;
    net::CloseReason reason = net::CloseReason::SourceFinished;
    {
        const runtime::NoAllocationScope no_allocation;
        region = station.prepare(place.begin + size);
        if (!region.empty() && !ended) {
            received = fill(session, region.subspan(place.begin), ended, reason);
        }
    }
    if (region.empty()) {
        worker_.counters.add(runtime::Counter::ReservationsWithdrawn);
        pause(session);
        return false;
    }
    if (received > 0 && !take(session, region, region.subspan(place.begin, received))) {
        ended = true;
        reason = net::CloseReason::SourceMalformedBody;
    }
    if (session.body.ended && !ended) {
        ended = true;
        reason = net::CloseReason::SourceFinished;
    }
    if (!session.format_known && station.frames() >= kFormatFrames) {
        session.format_known = true;
        session.entry->set_format(station.format());
    }
    complain(session);
    if (ended) {
        finish(session, reason);
        return false;
    }
    return received == size;
}

/// Says, once, what leaves listeners without sound although the source is live.
void SourceSet::complain(Session& session) {
    const core::Station& station = session.entry->station();
    if (session.complained) {
        return;
    }
    if (station.headers_too_large()) {
        session.complained = true;
        context_.logger.warning(
            "{}: the source's stream headers are longer than {} KiB (a large cover picture?): "
            "nobody can join until its next track",
            session.entry->mount(), core::kStreamHeadersBytesMax / 1024);
    } else if (station.frames() == 0 && session.raw_received >= kFramelessBytesMax) {
        session.complained = true;
        context_.logger.warning(
            "{}: no frame in the first {} KiB of the source: it does not send the \"{}\" that it "
            "announced",
            session.entry->mount(), kFramelessBytesMax / 1024,
            session.entry->writer().content_type);
    }
}

/// Bytes from the head's packet, else from the socket.
std::size_t SourceSet::fill(Session& session, std::span<std::byte> span, bool& ended,
                            net::CloseReason& reason) {
    if (!session.early.empty()) {
        const std::size_t size = std::min(span.size(), session.early.size());
        std::memcpy(span.data(), session.early.data(), size);
        session.early.erase(0, size);
        return size;
    }
    const ssize_t got =
        ::recv(session.record->facts.descriptor, span.data(), span.size(), MSG_DONTWAIT);
    if (got > 0) {
        return static_cast<std::size_t>(got);
    }
    ended = got == 0 || (errno != EAGAIN && errno != EINTR);
    reason = got == 0              ? net::CloseReason::SourceFinished
             : errno == ECONNRESET ? net::CloseReason::ClientReset
             : errno == ETIMEDOUT  ? net::CloseReason::SourceTimeout
                                   : net::CloseReason::SystemError;
    return 0;
}

/// Makes the `raw` bytes in `region` audio and publishes its whole frames. False for a malformed
/// body. Until the progress is recorded, all of it can be done again from the raw bytes.
bool SourceSet::take(Session& session, std::span<std::byte> region,
                     std::span<const std::byte> raw) {
    core::Station& station = session.entry->station();
    session.last_byte_ms = runtime::steady_milliseconds();
    session.raw_received += raw.size();
    worker_.counters.add(runtime::Counter::BytesReceived, raw.size());
    station.record().counters.bytes_read.fetch_add(raw.size(), std::memory_order_relaxed);
    core::InBandTitle in_band;
    const core::Result<bool> titled = [&] {
        const runtime::NoAllocationScope no_allocation;
        return core::BodyDecoder::decode(session.body, region, raw, in_band);
    }();
    if (!titled) {
        context_.logger.warning("{}: source: {}", session.entry->mount(), titled.error().message);
        return false;
    }
    if (*titled) {
        take_title(session, in_band);
    }
    const std::uint64_t frames = station.frames();
    const std::size_t scanned = scan(session);
    if (auto title = station.take_stream_title()) {
        worker_.counters.add(runtime::Counter::TitleUpdates);
        set_title(*session.entry,
                  {.title = http::sanitize_title(*title, http::Charset::Utf8), .url = {}}, scanned);
    }
    const runtime::NoAllocationScope no_allocation;
    session.body.audio -= static_cast<std::uint32_t>(scanned);
    session.record->set_progress({.head = station.ring().head() + scanned,
                                  .raw_received = session.raw_received,
                                  .body = session.body});
    station.commit(scanned);
    if (station.frames() != frames) {
        session.entry->frame_published(session.last_byte_ms);
    }
    return true;
}

std::size_t SourceSet::scan(Session& session) {
    const runtime::NoAllocationScope no_allocation;
    const std::int64_t now_us = runtime::steady_microseconds();
    const auto elapsed = static_cast<std::uint64_t>(now_us - session.last_publish_us);
    session.last_publish_us = now_us;
    return session.entry->station().scan(session.body.audio, elapsed);
}

void SourceSet::take_title(Session& session, const core::InBandTitle& in_band) {
    const core::icy::StreamText text = core::icy::decode_text(in_band.text());
    if (!text.has_title) {
        return;
    }
    worker_.counters.add(runtime::Counter::TitleUpdates);
    set_title(*session.entry,
              {.title = http::sanitize_title(text.title, std::nullopt),
               .url = http::clean_text(text.url, std::nullopt, core::kTitleUrlBytesMax)},
              in_band.at);
}

}  // namespace ringcast::server::ingest
