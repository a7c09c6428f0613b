// SPDX-License-Identifier: Apache-2.0
// Live sources on real sockets: what they send, in whatever framing, is what stands in the ring.
#include "server/ingest/source_set.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <deque>
#include <sstream>

#include "tests/support/icy_split.hpp"
#include "tests/support/ogg_builder.hpp"
#include "tests/support/server_rig.hpp"

namespace ringcast::server::ingest {
namespace {

using core::BodyDecoder;
using core::BodyFraming;
using net::CloseReason;
using runtime::Counter;
using stations::StationEntry;
using tests::numbered_frames;
using tests::ServerRig;
using tests::TcpPair;

const core::BodyState kUnframed = BodyDecoder::begin(BodyFraming::UntilClose, 0, 0);

class SourceSetTest : public testing::Test {
  protected:
    explicit SourceSetTest(std::uint32_t timeout_ms = 0)
        : set_(rig_.worker, SourceContext{*rig_.pool, rig_.identities, rig_.submitter, rig_.logger,
                                          timeout_ms}) {}
    void TearDown() override { set_.stop(); }

    std::shared_ptr<StationEntry> station(const std::string& mount) {
        stations::StationSettings settings;
        settings.mount = mount;
        settings.ring_bytes = std::size_t{256} * 1024;
        return rig_.station(settings);
    }

    /// Makes `pair` the source of `entry`, as the door does after the login.
    void go_live(const std::shared_ptr<StationEntry>& entry, TcpPair& pair, core::BodyState body,
                 std::string received = {}, bool answer_at_end = false) {
        const std::uint64_t id = ++last_id_;
        stations::Writer writer;
        writer.id = id;
        ASSERT_FALSE(entry->claim(writer, 0));
        rig_.worker.counters.add(Counter::ConnectionsOpen);
        NewSource source;
        source.entry = entry;
        source.id = id;
        source.place = net::take_place(rig_.sources);
        source.facts.descriptor = pair.take_server();
        source.identity.target = "PUT /live HTTP/1.1";
        source.body = body;
        source.received = std::move(received);
        source.answer_at_end = answer_at_end;
        set_.adopt(std::move(source));
    }

    static std::string ring_of(const StationEntry& entry) {
        const core::BlockRing& ring = entry.station().ring();
        const auto bytes = ring.read(0, ring.head());
        return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
    }
    [[nodiscard]] bool holds(const StationEntry& entry, const std::string& expected) {
        return rig_.run_until([&] { return ring_of(entry) == expected; });
    }
    [[nodiscard]] bool closed(CloseReason reason) {
        return rig_.run_until([&] { return rig_.closed(reason) == 1; });
    }

    /// Lines of the log with `words` in them. Ends the submitter.
    [[nodiscard]] int log_lines_with(std::string_view words) {
        rig_.submitter.stop();
        int lines = 0;
        for (const auto& [kind, payload] : rig_.events.events) {
            lines += kind == runtime::EventKind::LogLine &&
                     runtime::unpack_log_line(payload).text.find(words) != std::string_view::npos;
        }
        return lines;
    }

    void expect_nobody_left(const StationEntry& entry) {
        EXPECT_EQ(rig_.count(Counter::Sources), 0U);
        EXPECT_EQ(rig_.count(Counter::ConnectionsOpen), 0U);
        EXPECT_EQ(rig_.sources.taken(), 0U);
        EXPECT_EQ(entry.writer().id, 0U);
        EXPECT_FALSE(entry.broadcast().live);
        EXPECT_EQ(rig_.identities.cells_used(), 0U);
    }

    ServerRig rig_{{.extents = 1024, .stations = 200}};
    SourceSet set_;
    std::uint64_t last_id_ = 0;
    const std::string audio_ = numbered_frames(0, 200);
};

TEST_F(SourceSetTest, BytesThatCameWithTheHeadStandFirst) {
    const auto entry = station("/live");
    TcpPair pair;
    go_live(entry, pair, kUnframed, audio_.substr(0, 5000));
    pair.send(audio_.substr(5000));
    EXPECT_TRUE(holds(*entry, audio_));
    EXPECT_EQ(rig_.count(Counter::Sources), 1U);
}

TEST_F(SourceSetTest, OneThatHasHungUpIsSeenToHaveEndedBeforeTheLoopLooks) {
    const auto entry = station("/live");
    TcpPair pair;
    go_live(entry, pair, kUnframed);
    EXPECT_TRUE(set_.is_live(last_id_));
    pair.send(audio_);
    EXPECT_TRUE(set_.is_live(last_id_));
    EXPECT_EQ(ring_of(*entry), audio_);
    pair.close();
    EXPECT_FALSE(set_.is_live(last_id_));
    expect_nobody_left(*entry);
}

TEST_F(SourceSetTest, EndOfTheConnectionFreesTheStationAndKeepsTheRing) {
    const auto entry = station("/live");
    TcpPair pair;
    go_live(entry, pair, kUnframed);
    pair.send(audio_);
    pair.close();
    EXPECT_TRUE(closed(CloseReason::SourceFinished));
    EXPECT_EQ(ring_of(*entry), audio_);
    expect_nobody_left(*entry);
}

TEST_F(SourceSetTest, TornFrameAtTheEndIsNotPublished) {
    const auto entry = station("/live");
    TcpPair pair;
    go_live(entry, pair, kUnframed);
    pair.send(audio_.substr(0, audio_.size() - 100));
    pair.close();
    EXPECT_TRUE(closed(CloseReason::SourceFinished));
    EXPECT_EQ(ring_of(*entry), audio_.substr(0, audio_.size() - tests::kNumberedFrameBytes));
}

TEST_F(SourceSetTest, LengthEndsTheBodyAndIsAnswered) {
    const auto entry = station("/live");
    TcpPair pair;
    go_live(entry, pair, BodyDecoder::begin(BodyFraming::Length, audio_.size(), 0), {}, true);
    pair.send(audio_);
    EXPECT_TRUE(closed(CloseReason::SourceFinished));
    EXPECT_EQ(ring_of(*entry), audio_);
    EXPECT_TRUE(pair.ended());
    EXPECT_THAT(pair.received(), testing::StartsWith("HTTP/1.1 200 OK\r\n"));
}

TEST_F(SourceSetTest, BodyWithoutAByteEndsAtOnce) {
    const auto entry = station("/live");
    TcpPair pair;
    go_live(entry, pair, BodyDecoder::begin(BodyFraming::Length, 0, 0));
    EXPECT_EQ(rig_.closed(CloseReason::SourceFinished), 1U);
    expect_nobody_left(*entry);
}

TEST_F(SourceSetTest, ChunksAreTakenOutHoweverTheyAreCut) {
    const auto entry = station("/live");
    TcpPair pair;
    std::ostringstream body;
    for (std::size_t at = 0, size = 1; at < audio_.size(); at += size, size = size * 3 % 997 + 1) {
        const std::string chunk = audio_.substr(at, size);
        body << std::hex << chunk.size() << ";x=y\r\n" << chunk << "\r\n";
    }
    body << "0\r\n\r\n";
    const std::string raw = body.str();
    go_live(entry, pair, BodyDecoder::begin(BodyFraming::Chunked, 0, 0), raw.substr(0, 1003));
    for (std::size_t at = 1003; at < raw.size(); at += 1009) {
        pair.send(std::string_view(raw).substr(at, 1009));
        rig_.run_for(std::chrono::milliseconds(1));
    }
    EXPECT_TRUE(closed(CloseReason::SourceFinished));
    EXPECT_EQ(ring_of(*entry), audio_);
}

TEST_F(SourceSetTest, MalformedChunkEndsThatSourceOnly) {
    const auto entry = station("/live");
    const auto other = station("/other");
    TcpPair pair;
    TcpPair stays;
    go_live(entry, pair, BodyDecoder::begin(BodyFraming::Chunked, 0, 0), "zz\r\n");
    EXPECT_EQ(rig_.closed(CloseReason::SourceMalformedBody), 1U);
    go_live(other, stays, kUnframed);
    stays.send(audio_);
    EXPECT_TRUE(holds(*other, audio_));
    EXPECT_EQ(entry->writer().id, 0U);
}

TEST_F(SourceSetTest, InBandMetadataIsTakenOutAndShown) {
    constexpr std::uint32_t kMetaint = 4096;
    const auto entry = station("/live");
    TcpPair pair;
    go_live(entry, pair, BodyDecoder::begin(BodyFraming::UntilClose, 0, kMetaint));
    pair.send(tests::support::interleave_icy(audio_, kMetaint, "StreamTitle='In Band';"));
    EXPECT_TRUE(holds(*entry, audio_));
    EXPECT_EQ(entry->now_playing().title, "In Band");
}

TEST_F(SourceSetTest, ResetIsNoticed) {
    const auto entry = station("/live");
    TcpPair pair;
    go_live(entry, pair, kUnframed);
    pair.reset();
    EXPECT_TRUE(closed(CloseReason::ClientReset));
    expect_nobody_left(*entry);
}

TEST_F(SourceSetTest, DisplacedOneIsGoneAtOnce) {
    const auto entry = station("/live");
    TcpPair pair;
    go_live(entry, pair, kUnframed);
    set_.end(last_id_, CloseReason::SourceDisplaced);
    EXPECT_EQ(rig_.closed(CloseReason::SourceDisplaced), 1U);
    set_.end(last_id_, CloseReason::SourceDisplaced);  // by somebody who was late
    EXPECT_EQ(rig_.closed(CloseReason::SourceDisplaced), 1U);
    expect_nobody_left(*entry);
}

TEST_F(SourceSetTest, SourceWithoutAFrameIsToldOfOnce) {
    const auto entry = station("/live");
    TcpPair pair;
    go_live(entry, pair, kUnframed);
    const std::string noise(std::size_t{700} * 1024, '\0');
    pair.send(noise);
    ASSERT_TRUE(rig_.run_until([&] { return rig_.count(Counter::BytesReceived) == noise.size(); }));
    EXPECT_EQ(log_lines_with("no frame in the first 512 KiB"), 1);
}

TEST_F(SourceSetTest, StreamHeadersThatNobodyCanBeGivenAreToldOf) {
    stations::StationSettings settings;
    settings.mount = "/live";
    settings.ring_bytes = std::size_t{1024} * 1024;
    const auto entry = rig_.station(settings, "audio/ogg");
    TcpPair pair;
    go_live(entry, pair, kUnframed);
    const std::string picture = "METADATA_BLOCK_PICTURE=" + std::string(300'000, 'A');
    tests::Bytes stream = tests::ogg_page({.packets = {tests::opus_head()}, .first = true});
    const tests::Bytes tags = tests::ogg_pages_of_packet(1, tests::opus_tags({picture}));
    stream.insert(stream.end(), tags.begin(), tags.end());
    const tests::Bytes page = tests::opus_page(1, 48'000);
    stream.insert(stream.end(), page.begin(), page.end());
    pair.send({reinterpret_cast<const char*>(stream.data()), stream.size()});
    ASSERT_TRUE(
        rig_.run_until([&] { return rig_.count(Counter::BytesReceived) == stream.size(); }));
    EXPECT_EQ(log_lines_with("stream headers are longer than 256 KiB"), 1);
}

TEST_F(SourceSetTest, ReservationUnderAReaderIsTriedAgain) {
    const auto entry = station("/live");
    tests::publish(*entry, numbered_frames(0, 600));
    core::BlockRing& ring = entry->station().ring();
    const core::StreamOffset held = ring.low();
    ASSERT_EQ(ring.pin(5, held), held);
    TcpPair pair;
    go_live(entry, pair, kUnframed);
    const std::string more = numbered_frames(600, 400);
    pair.send(more);
    ASSERT_TRUE(rig_.run_until([&] { return rig_.count(Counter::ReservationsWithdrawn) > 3; }));
    const core::StreamOffset before = ring.head();
    ring.unpin(5);
    EXPECT_TRUE(rig_.run_until([&] {
        return ring.head() == std::uint64_t{1000} * tests::kNumberedFrameBytes;
    })) << before;
}

TEST_F(SourceSetTest, ManySourcesAreAllServed) {
    constexpr std::size_t kSources = 150;  // more than one look takes
    std::deque<TcpPair> pairs(kSources);
    std::vector<std::shared_ptr<StationEntry>> entries;
    const std::string audio = numbered_frames(0, 10);
    for (std::size_t i = 0; i < kSources; ++i) {
        entries.push_back(station("/" + std::to_string(i)));
        go_live(entries.back(), pairs[i], kUnframed);
        pairs[i].send(audio);
    }
    for (const auto& entry : entries) {
        EXPECT_TRUE(holds(*entry, audio));
    }
    set_.stop();
    EXPECT_EQ(rig_.closed(CloseReason::ServerStopping), kSources);
    EXPECT_EQ(rig_.sources.taken(), 0U);
}

class SourceTimeoutTest : public SourceSetTest {
  protected:
    SourceTimeoutTest() : SourceSetTest(300) {}
};

TEST_F(SourceTimeoutTest, SilentSourceIsClosed) {
    const auto entry = station("/live");
    TcpPair pair;
    go_live(entry, pair, kUnframed, audio_);
    EXPECT_TRUE(closed(CloseReason::SourceTimeout));
    EXPECT_TRUE(pair.ended());
    expect_nobody_left(*entry);
}

}  // namespace
}  // namespace ringcast::server::ingest
