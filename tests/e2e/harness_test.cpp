// SPDX-License-Identifier: Apache-2.0
// The checks that the other tests rely on can fail.
#include <gtest/gtest.h>
#include <netinet/in.h>

#include "tests/support/icy_split.hpp"
#include "tests/support/joined.hpp"
#include "tests/support/media.hpp"
#include "tests/support/process.hpp"
#include "tests/support/process_stats.hpp"
#include "tests/support/socket_census.hpp"
#include "tests/support/test_server.hpp"
#include "tests/support/wire_client.hpp"

namespace ringcast::tests::e2e {
namespace {

using namespace support;

class EveryFormat : public testing::TestWithParam<MediaKind> {};

INSTANTIATE_TEST_SUITE_P(Harness, EveryFormat,
                         testing::Values(MediaKind::Mp3, MediaKind::Aac, MediaKind::Vorbis,
                                         MediaKind::Opus, MediaKind::OggFlac, MediaKind::Flac,
                                         MediaKind::WebM),
                         [](const auto& tested) { return name_of(tested.param); });

TEST_P(EveryFormat, PartFromAJoinIsJoinedAndDecodes) {
    const Media sent = media(GetParam());
    const Walk places = walk(sent.codec, sent.bytes);
    const std::size_t from = places.joins.at(places.joins.size() / 3);
    const std::size_t to = places.joins.at(places.joins.size() / 2);
    const std::string part =
        sent.bytes.substr(0, places.header_bytes) + sent.bytes.substr(from, to - from);
    EXPECT_TRUE(joined(part, sent.bytes, sent.codec));
    EXPECT_TRUE(decodes_without_error(part));
}

TEST_P(EveryFormat, PartFromInsideAFrameOrWithAChangedByteIsNotJoined) {
    const Media sent = media(GetParam());
    const Walk places = walk(sent.codec, sent.bytes);
    const std::string headers = sent.bytes.substr(0, places.header_bytes);
    const std::size_t from = places.joins.at(places.joins.size() / 3);
    EXPECT_FALSE(joined(headers + sent.bytes.substr(from + 1, 50000), sent.bytes, sent.codec));
    std::string changed = headers + sent.bytes.substr(from, 50000);
    changed[changed.size() - 10000] ^= 1;
    EXPECT_FALSE(joined(changed, sent.bytes, sent.codec));
}

TEST(Harness, SkipsAreFoundOnlyWhereTheyLandOnAFrame) {
    const Media sent = media(MediaKind::Mp3);
    const Walk places = walk(sent.codec, sent.bytes);
    const std::string early = sent.bytes.substr(places.joins[0], 5000);
    const std::string late = sent.bytes.substr(places.joins[70], 20000);
    const auto one = skips(early + late, sent.bytes, sent.codec);
    ASSERT_TRUE(one.has_value());
    EXPECT_EQ(*one, std::vector<std::size_t>{5000});
    EXPECT_FALSE(skips(early + late.substr(1), sent.bytes, sent.codec).has_value());
}

TEST(Harness, FrameOrderNamesTheStreamsAndTornFrames) {
    const Media a = media(MediaKind::Mp3);
    const Media b = media(MediaKind::OtherMp3);
    const std::string from_a = a.audio().substr(0, walk(a.codec, a.audio()).joins[30]);
    const std::string from_b = b.audio().substr(0, walk(b.codec, b.audio()).joins[30]);
    const std::vector<std::string> streams{a.bytes, b.bytes};
    EXPECT_EQ(frame_order(from_a + from_b + from_a, streams, Codec::Mp3), "ABA");
    EXPECT_EQ(frame_order(from_a + from_b.substr(0, 3000) + from_a, streams, Codec::Mp3), "AB?");
}

TEST(Harness, IcyBlocksComeOutWhereTheyWerePutIn) {
    const std::string audio(10000, 'x');
    const IcyStream split = split_icy(interleave_icy(audio, 1000, "StreamTitle='t';"), 1000);
    EXPECT_EQ(split.audio, audio);
    EXPECT_EQ(split.fault, "");
    ASSERT_EQ(split.blocks.size(), 1U);
    EXPECT_EQ(split.blocks[0].position, 1000U);
    EXPECT_NE(split_icy(interleave_icy(audio, 1000, "Stream"), 1000).fault, "");
}

TEST(Harness, CensusKnowsWhatEachConnectionCarriedAndFrom) {
    TestServer server;
    WireClient first(server.port());
    first.send("GET");
    const auto all = [&] { return connections_of(server.port()); };
    ASSERT_TRUE(eventually([&] { return all().size() == 1 && all()[0].bytes_received == 3; }));
    EXPECT_EQ(all()[0].peer, INADDR_LOOPBACK);
    EXPECT_EQ(all()[0].bytes_acked, 0U);
    first.send(" /healthz HTTP/1.1\r\nHost: here\r\n\r\n");
    const std::size_t answer = first.read_until_quiet(milliseconds{200}).size();
    EXPECT_TRUE(eventually([&] { return all().size() == 1 && all()[0].bytes_acked == answer; }));
    WireClient second(server.port());
    EXPECT_TRUE(eventually([&] { return all().size() == 2; }));
    first.reset();
    EXPECT_TRUE(eventually([&] { return all().size() == 1; }));
}

TEST(Harness, ProcessorTimeGrowsWhileAProcessWorks) {
    const Process busy({"sh", "-c", "while :; do :; done"});
    EXPECT_TRUE(eventually([&] { return cpu_time(busy.pid()) > milliseconds{50}; }));
    const Process idle({"sleep", "60"});
    EXPECT_LT(cpu_time(idle.pid()), milliseconds{50});
    // The child ends by itself, should this test not see its end.
    const Process parent({"sh", "-c", "(ulimit -t 5; while :; do :; done) & wait"});
    EXPECT_TRUE(eventually([&] { return cpu_time_of_family(parent.pid()) > milliseconds{100}; }));
    EXPECT_LT(cpu_time(parent.pid()), milliseconds{50});
}

}  // namespace
}  // namespace ringcast::tests::e2e
