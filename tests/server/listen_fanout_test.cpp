// SPDX-License-Identifier: Apache-2.0
// The fan-out on real sockets and a real loop. What a listener received is compared with what was
// published.
#include "server/listen/fanout.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <deque>

#include "tests/support/icy_split.hpp"
#include "tests/support/server_rig.hpp"

namespace ringcast::server::listen {
namespace {

using net::CloseReason;
using runtime::Counter;
using stations::StationEntry;
using tests::kNumberedFrameBytes;
using tests::numbered_frames;
using tests::TcpPair;

constexpr std::string_view kHead = "HTTP/1.0 200 OK\r\n\r\n";
constexpr std::uint32_t kFramesPerSecond = 1000 / 24;

stations::StationSettings settings(std::size_t ring_bytes = std::size_t{1} << 20U) {
    stations::StationSettings result;
    result.mount = "/live";
    result.ring_bytes = ring_bytes;
    result.burst = {.us = 4'000'000, .bytes = 0};
    return result;
}

class FanoutTest : public testing::Test {
  protected:
    explicit FanoutTest(FanoutOptions options = {}) : options_(options) {}

    void join(StationEntry& entry, TcpPair& pair, std::uint32_t metaint = 0) {
        ASSERT_EQ(entry.admit_listener(), StationEntry::Admission::Admitted);
        ASSERT_TRUE(rig_.listeners.take());
        rig_.worker.counters.add(Counter::ConnectionsOpen);
        NewListener listener;
        listener.entry = rig_.registry.find(entry.mount());
        listener.facts.descriptor = pair.take_server();
        listener.facts.metaint = metaint;
        listener.identity.target = "GET /live HTTP/1.1";
        listener.generation = entry.broadcast().generation;
        listener.head = kHead;
        fanout_.adopt(listener);
    }

    /// The audio that `pair` has got by now.
    static std::string audio_of(TcpPair& pair) {
        pair.read();
        return pair.received().size() < kHead.size() ? "" : pair.received().substr(kHead.size());
    }

    void expect_nobody_left(const StationEntry& entry) {
        EXPECT_EQ(rig_.count(Counter::Listeners), 0U);
        EXPECT_EQ(rig_.count(Counter::ConnectionsOpen), 0U);
        EXPECT_EQ(rig_.listeners.taken(), 0U);
        EXPECT_EQ(entry.listeners(), 0U);
        EXPECT_EQ(rig_.identities.cells_used(), 0U);
    }

    void TearDown() override { fanout_.stop(); }

    const FanoutOptions options_;
    tests::ServerRig rig_;
    Fanout fanout_{rig_.worker,
                   FanoutContext{rig_.table, rig_.identities, rig_.registry, rig_.submitter,
                                 rig_.logger, rig_.listeners, options_}};
};

TEST_F(FanoutTest, HeadAndBurstComeAtOnceFromAFrame) {
    const auto entry = rig_.station(settings());
    const std::string sent = numbered_frames(0, 10 * kFramesPerSecond);
    tests::publish(*entry, sent);
    TcpPair pair;
    join(*entry, pair);
    ASSERT_TRUE(rig_.run_until([&] { return audio_of(pair).size() >= std::size_t{4} * 16'000; }));
    EXPECT_EQ(pair.received().substr(0, kHead.size()), kHead);
    const std::string audio = audio_of(pair);
    EXPECT_EQ(audio.size() % kNumberedFrameBytes, 0U);
    EXPECT_LT(audio.size(), std::size_t{5} * 16'000);
    EXPECT_EQ(audio, sent.substr(sent.size() - audio.size()));
    EXPECT_EQ(rig_.count(Counter::Listeners), 1U);
}

TEST_F(FanoutTest, ListenerOfASilentStationWaitsForItsFirstFrame) {
    const auto entry = rig_.station(settings());
    TcpPair pair;
    join(*entry, pair);
    rig_.run_for(std::chrono::milliseconds(150));
    EXPECT_EQ(audio_of(pair), "");
    const std::string sent = numbered_frames(0, 10);
    tests::publish(*entry, sent);
    EXPECT_TRUE(rig_.run_until([&] { return audio_of(pair) == sent; }));
}

TEST_F(FanoutTest, LiveAudioFollowsTheBurstWithoutAGap) {
    const auto entry = rig_.station(settings());
    const std::string sent = numbered_frames(0, 4 * kFramesPerSecond);
    tests::publish(*entry, sent.substr(0, sent.size() / 2));
    TcpPair pair;
    join(*entry, pair);
    tests::publish(*entry, sent.substr(sent.size() / 2));
    EXPECT_TRUE(rig_.run_until([&] { return audio_of(pair) == sent; }));
}

TEST_F(FanoutTest, MetadataStandsExactlyEveryMetaint) {
    constexpr std::uint32_t kMetaint = 2048;
    const auto entry = rig_.station(settings());
    entry->station().set_title("A - B", "", 0);
    const std::string sent = numbered_frames(0, 4 * kFramesPerSecond);
    tests::publish(*entry, sent);
    TcpPair pair;
    join(*entry, pair, kMetaint);
    ASSERT_TRUE(rig_.run_until([&] { return audio_of(pair).size() >= sent.size(); }));
    const tests::support::IcyStream stream = tests::support::split_icy(audio_of(pair), kMetaint);
    EXPECT_EQ(stream.fault, "");
    ASSERT_EQ(stream.blocks.size(), 1U);
    EXPECT_EQ(stream.blocks[0].position, kMetaint);
    EXPECT_EQ(stream.blocks[0].text, "StreamTitle='A - B';");
    EXPECT_EQ(stream.audio, sent.substr(0, stream.audio.size()));
}

TEST_F(FanoutTest, LaggingListenerIsMovedToAFrameAndKept) {
    const auto entry = rig_.station(settings(std::size_t{128} * 1024));
    tests::publish(*entry, numbered_frames(0, 100));
    TcpPair pair(4096);
    join(*entry, pair);
    std::uint32_t next = 100;
    ASSERT_TRUE(rig_.run_until([&] {
        tests::publish(*entry, numbered_frames(next, 50));
        next += 50;
        return rig_.count(Counter::Skips) > 0;
    }));
    // From here on it takes what it gets, and that ends with what is newest.
    const std::string tail = numbered_frames(next, 20);
    tests::publish(*entry, tail);
    EXPECT_TRUE(rig_.run_until([&] { return audio_of(pair).ends_with(tail); }));
    EXPECT_EQ(rig_.count(Counter::Listeners), 1U);
    EXPECT_LT(rig_.count(Counter::SkippedBytes), std::uint64_t{next} * kNumberedFrameBytes);
}

TEST_F(FanoutTest, ResetIsNoticedWithTheNextDelivery) {
    const auto entry = rig_.station(settings());
    tests::publish(*entry, numbered_frames(0, 100));
    TcpPair pair;
    join(*entry, pair);
    pair.reset();
    EXPECT_TRUE(rig_.run_until([&] { return rig_.closed(CloseReason::ClientReset) == 1; }));
    expect_nobody_left(*entry);
}

TEST_F(FanoutTest, HalfCloseIsNoGoodbye) {
    const auto entry = rig_.station(settings());
    TcpPair pair;
    join(*entry, pair);
    pair.half_close();
    rig_.run_for(std::chrono::milliseconds(150));
    const std::string sent = numbered_frames(0, 10);
    tests::publish(*entry, sent);
    EXPECT_TRUE(rig_.run_until([&] { return audio_of(pair) == sent; }));
}

TEST_F(FanoutTest, AnotherTypeClosesTheStationsListenersOnly) {
    const auto entry = rig_.station(settings());
    stations::StationSettings other = settings();
    other.mount = "/other";
    const auto stays = rig_.station(other);
    TcpPair gone;
    TcpPair kept;
    join(*entry, gone);
    join(*stays, kept);
    EXPECT_TRUE(entry->change_type("audio/aac"));
    EXPECT_TRUE(rig_.run_until([&] { return rig_.closed(CloseReason::SourceTypeChanged) == 1; }));
    EXPECT_TRUE(gone.ended());
    EXPECT_EQ(rig_.count(Counter::Listeners), 1U);
    EXPECT_EQ(stays->listeners(), 1U);
}

TEST_F(FanoutTest, HeadOfAnOlderTypeIsNotFollowedByTheNewBytes) {
    const auto entry = rig_.station(settings());
    const stations::Broadcast before = entry->broadcast();
    EXPECT_TRUE(entry->change_type("audio/aac"));
    TcpPair pair;
    join(*entry, pair);  // its broadcast is still that of the first type
    EXPECT_TRUE(rig_.run_until([&] { return pair.ended(); }));
    EXPECT_EQ(before.generation + 1, entry->generation());
    expect_nobody_left(*entry);
}

TEST_F(FanoutTest, FullTableIsSaidToWhoComesThen) {
    const auto entry = rig_.station(settings());
    std::deque<TcpPair> pairs(core::kListenersPerChunk);
    for (TcpPair& pair : pairs) {
        join(*entry, pair);
    }
    TcpPair late;
    join(*entry, late);
    EXPECT_TRUE(rig_.run_until([&] { return late.ended(); }));
    EXPECT_THAT(late.received(), testing::StartsWith("HTTP/1.0 503 "));
    EXPECT_EQ(rig_.closed(CloseReason::TableFull), 1U);
    EXPECT_EQ(rig_.count(Counter::Listeners), core::kListenersPerChunk);
    EXPECT_EQ(rig_.listeners.taken(), core::kListenersPerChunk);
}

TEST_F(FanoutTest, StopClosesAllOnceAndHandsEveryLineToTheLog) {
    const auto entry = rig_.station(settings());
    tests::publish(*entry, numbered_frames(0, 100));
    std::deque<TcpPair> pairs(50);
    for (TcpPair& pair : pairs) {
        join(*entry, pair);
    }
    fanout_.stop();
    // Whatever the wheel still held is not served again.
    rig_.run_for(std::chrono::milliseconds(100));
    fanout_.stop();
    EXPECT_TRUE(fanout_.drained());
    EXPECT_EQ(rig_.closed(CloseReason::ServerStopping), pairs.size());
    expect_nobody_left(*entry);
    TcpPair late;
    join(*entry, late);
    EXPECT_TRUE(late.ended());
    expect_nobody_left(*entry);
    rig_.submitter.stop();
    const auto lines = std::count_if(
        rig_.events.events.begin(), rig_.events.events.end(),
        [](const auto& event) { return event.first == runtime::EventKind::AccessEntry; });
    EXPECT_EQ(lines, static_cast<std::ptrdiff_t>(pairs.size() + 1));
}

class StallTest : public FanoutTest {
  protected:
    StallTest() : FanoutTest({.stall_timeout_s = 1, .skips_max = 0}) {}
};

TEST_F(StallTest, ListenerThatTakesNothingIsClosed) {
    const auto entry = rig_.station(settings(std::size_t{128} * 1024));
    TcpPair pair(4096);
    join(*entry, pair);
    std::uint32_t next = 0;
    ASSERT_TRUE(rig_.run_until([&] {
        tests::publish(*entry, numbered_frames(next, 20));
        next += 20;
        return rig_.closed(CloseReason::Stalled) == 1;
    }));
    EXPECT_EQ(entry->station().record().counters.slow_listeners.load(), 1U);
    expect_nobody_left(*entry);
}

class SkipsTest : public FanoutTest {
  protected:
    SkipsTest() : FanoutTest({.stall_timeout_s = 0, .skips_max = 2}) {}
};

TEST_F(SkipsTest, ListenerThatSkipsTooOftenIsClosed) {
    const auto entry = rig_.station(settings(std::size_t{64} * 1024));
    TcpPair pair(4096);
    join(*entry, pair);
    std::uint32_t next = 0;
    ASSERT_TRUE(rig_.run_until([&] {
        tests::publish(*entry, numbered_frames(next, 40));
        next += 40;
        return rig_.closed(CloseReason::TooManySkips) == 1;
    }));
    EXPECT_EQ(rig_.count(Counter::Skips), 3U);
    expect_nobody_left(*entry);
}

}  // namespace
}  // namespace ringcast::server::listen
