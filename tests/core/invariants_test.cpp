// SPDX-License-Identifier: Apache-2.0
// What must always hold, as far as the core alone can show it: a source's body with all its framing
// goes in, listeners of all kinds take partial writes, and the numbers are those of
// ARCHITECTURE.md. Number 5 is in block_ring_stress_test.cpp.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>
#include <set>

#include "core/listener_cursor.hpp"
#include "core/station.hpp"
#include "tests/support/body_writer.hpp"
#include "tests/support/core_station.hpp"
#include "tests/support/random.hpp"

namespace ringcast::core {
namespace {

using tests::BodyWriter;
using tests::bytes_view;
using tests::CoreStation;
using tests::Random;

/// One contiguous stretch of what a listener received.
struct Stretch {
    StreamOffset from;
    std::string bytes;
    std::size_t audio = 0;  ///< bytes of it that are audio
};

struct Listener {
    std::uint32_t metaint;
    CursorState state;
    std::vector<Stretch> stretches;
};

/// A chunked source with in-band metadata into a small ring, and listeners that take what they can.
class Broadcast {
  public:
    explicit Broadcast(unsigned seed) : random_(seed), writer_({.metaint = 997, .chunked = true}) {
        for (int i = 0; i < 300; ++i) {
            std::string audio(997, '\0');
            std::ranges::generate(audio, [this] { return static_cast<char>(random_()); });
            writer_.audio(audio).block(i % 20 == 0 ? "StreamTitle='" + std::to_string(i) + "';"
                                                   : "");
        }
        writer_.chunk(random_);
        body_ = BodyDecoder::begin(BodyFraming::Chunked, 0, 997);
    }

    void run() {
        while (received_ < writer_.raw().size() && !testing::Test::HasFailure()) {
            if (random_() % 20 == 0) {
                join();
            }
            if (random_() % 3 == 0) {
                receive();
            }
            if (!listeners_.empty()) {
                deliver(listeners_[random_() % std::min<std::size_t>(listeners_.size(), 12)]);
            }
        }
    }

    [[nodiscard]] const std::string& audio() const { return writer_.audio(); }
    [[nodiscard]] const std::vector<Listener>& listeners() const { return listeners_; }
    [[nodiscard]] const std::set<StreamOffset>& sync_points() const { return sync_points_; }
    [[nodiscard]] CoreStation& station() { return station_; }

  private:
    void receive() {
        const RawPlace place = raw_place(body_, station_->ring().reserve_max());
        const std::size_t size =
            std::min<std::size_t>(writer_.raw().size() - received_, 1 + random_() % 3000);
        ASSERT_LE(size, place.size_max);
        const std::span<std::byte> region = station_->prepare(place.begin + size);
        ASSERT_FALSE(region.empty()) << "nobody is pinned";
        const std::span<std::byte> raw = region.subspan(place.begin, size);
        std::ranges::copy(bytes_view(writer_.raw()).subspan(received_, size), raw.begin());
        received_ += size;
        InBandTitle title;
        const auto titled = BodyDecoder::decode(body_, region, raw, title);
        ASSERT_TRUE(titled);
        if (*titled) {
            station_->set_title(icy::decode_text(title.text()).title, "", title.at);
        }
        if (body_.audio > 0) {
            sync_points_.insert(station_->ring().head());  // one unit per publish
        }
        body_.audio -= static_cast<std::uint32_t>(station_->publish(body_.audio, 1000));
    }
    void join() {
        const JoinPoint point = station_->join({.us = random_() % 20'000});
        if (point.synced) {
            const std::uint32_t metaint = random_() % 2 == 0 ? 0 : kMetaintMin + random_() % 99;
            const ListenerCursor cursor(*station_, metaint, station_->ring().head());
            listeners_.push_back({metaint, cursor.begin(point.offset), {{point.offset, {}, 0}}});
        }
    }
    void deliver(Listener& listener) {
        BlockRing& ring = station_->ring();
        const ListenerCursor cursor(*station_, listener.metaint, ring.head());
        if (ring.pin(1, listener.state.offset) > listener.state.offset) {
            const StreamOffset target = station_->skip_target();
            ASSERT_TRUE(cursor.skip_to(listener.state, target));
            listener.stretches.push_back({target, {}, 0});
        }
        SendPlan plan;
        cursor.plan(listener.state, 1 + random_() % 9000, plan);
        std::size_t taken = plan.bytes == 0 ? 0 : 1 + random_() % plan.bytes;
        cursor.advance(listener.state, taken);
        listener.stretches.back().audio = listener.state.offset - listener.stretches.back().from;
        for (std::size_t i = 0; i < plan.count && taken > 0; ++i) {
            const auto part = plan.segments[i].first(std::min(plan.segments[i].size(), taken));
            listener.stretches.back().bytes.append(reinterpret_cast<const char*>(part.data()),
                                                   part.size());
            taken -= part.size();
        }
        ring.unpin(1);
    }

    Random random_;
    BodyWriter writer_;
    CoreStation station_;
    BodyState body_;
    std::size_t received_ = 0;
    std::set<StreamOffset> sync_points_;
    std::vector<Listener> listeners_;
};

TEST(Invariants, N1WhatAListenerReceivesIsAContiguousPartOfTheBodyFromASyncPoint) {
    for (const unsigned seed : {1U, 2U, std::random_device{}()}) {
        SCOPED_TRACE("seed " + std::to_string(seed));
        Broadcast broadcast(seed);
        broadcast.run();
        std::size_t skips = 0;
        for (const Listener& listener : broadcast.listeners()) {
            skips += listener.stretches.size() - 1;
            ASSERT_EQ(listener.state.skips, listener.stretches.size() - 1) << "each is counted";
            for (const Stretch& stretch : listener.stretches) {
                ASSERT_TRUE(broadcast.sync_points().contains(stretch.from));
                if (listener.metaint == 0) {
                    ASSERT_EQ(stretch.bytes,
                              broadcast.audio().substr(stretch.from, stretch.bytes.size()));
                }
            }
        }
        EXPECT_GT(skips, 10U);
    }
}

/// Reads a response as a player does: knows the metaint and nothing else.
void expect_blocks_in_place(const Listener& listener, const std::string& audio) {
    std::string received;
    for (const Stretch& stretch : listener.stretches) {
        received += stretch.bytes;
    }
    std::string heard;
    for (std::size_t at = 0; at < received.size();) {
        const std::size_t size = std::min<std::size_t>(listener.metaint, received.size() - at);
        heard += received.substr(at, size);
        at += size;
        if (at < received.size()) {
            const std::size_t block = std::size_t{16} * static_cast<unsigned char>(received[at]);
            const std::string text = received.substr(at + 1, block);
            at += 1 + block;
            if (at <= received.size() && block != 0 && listener.stretches.size() == 1) {
                ASSERT_TRUE(icy::decode_text(bytes_view(text)).has_title) << "no block stands here";
            }
        }
    }
    std::size_t begin = 0;  // of the stretch in what was heard
    for (const Stretch& stretch : listener.stretches) {
        ASSERT_EQ(heard.substr(begin, stretch.audio), audio.substr(stretch.from, stretch.audio));
        begin += stretch.audio;
    }
    ASSERT_EQ(begin, heard.size());
}

TEST(Invariants, N2MetadataBlocksStandExactlyEveryMetaintBytes) {
    std::size_t with_metadata = 0;
    for (const unsigned seed : {1U, 2U, std::random_device{}()}) {
        SCOPED_TRACE("seed " + std::to_string(seed));
        Broadcast broadcast(seed);
        broadcast.run();
        for (const Listener& listener : broadcast.listeners()) {
            if (listener.metaint != 0) {
                expect_blocks_in_place(listener, broadcast.audio());
                with_metadata += listener.state.sent > listener.metaint ? 1 : 0;
            }
        }
    }
    EXPECT_GT(with_metadata, 3U) << "one seed alone may give few";
}

/// All of the pool's metadata but the epoch, which is random on purpose.
std::string metadata_of(BlockPool& pool) {
    pool.stations()[0].epoch = 0;
    return {pool.at<char>(0), static_cast<std::size_t>(pool.layout().audio)};
}

TEST(Invariants, N7TheSameSeedAndInputsGiveTheSameMemoryAndOutputs) {
    const unsigned seed = std::random_device{}();
    SCOPED_TRACE("seed " + std::to_string(seed));
    Broadcast first(seed);
    Broadcast second(seed);
    first.run();
    second.run();
    EXPECT_TRUE(metadata_of(first.station().pool()) == metadata_of(second.station().pool()));
    ASSERT_EQ(first.listeners().size(), second.listeners().size());
    for (std::size_t i = 0; i < first.listeners().size(); ++i) {
        const Listener& a = first.listeners()[i];
        const Listener& b = second.listeners()[i];
        ASSERT_EQ(a.stretches.size(), b.stretches.size());
        for (std::size_t k = 0; k < a.stretches.size(); ++k) {
            ASSERT_EQ(a.stretches[k].from, b.stretches[k].from);
            ASSERT_EQ(a.stretches[k].bytes, b.stretches[k].bytes);
        }
    }
    Broadcast other(seed + 1);
    other.run();
    EXPECT_FALSE(metadata_of(first.station().pool()) == metadata_of(other.station().pool()));
}

}  // namespace
}  // namespace ringcast::core
