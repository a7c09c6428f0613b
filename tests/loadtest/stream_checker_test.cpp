// SPDX-License-Identifier: Apache-2.0
// One test for each kind of fault that a server can commit, then seeded damage of any kind.
#include "loadtest/stream_checker.hpp"

#include <gtest/gtest.h>

#include "tests/loadtest/stream_builder.hpp"

namespace ringcast::loadtest {
namespace {

StreamCounts check(const Bytes& stream, std::optional<std::uint32_t> station = kStation) {
    StreamChecker checker(0, station);
    Histogram latency;
    checker.consume(stream, 0, latency);
    return checker.counts();
}

Bytes cut(const Bytes& bytes, std::size_t from, std::size_t to) {
    return {bytes.begin() + static_cast<std::ptrdiff_t>(from),
            bytes.begin() + static_cast<std::ptrdiff_t>(to)};
}

void expect_equal(const StreamCounts& a, const StreamCounts& b) {
    EXPECT_EQ(a.bytes, b.bytes);
    EXPECT_EQ(a.frames, b.frames);
    EXPECT_EQ(a.lead_in_bytes, b.lead_in_bytes);
    EXPECT_EQ(a.skips, b.skips);
    EXPECT_EQ(a.skipped_frames, b.skipped_frames);
    EXPECT_EQ(a.duplicates, b.duplicates);
    EXPECT_EQ(a.torn_frames, b.torn_frames);
    EXPECT_EQ(a.corruptions, b.corruptions);
    EXPECT_EQ(a.foreign_frames, b.foreign_frames);
    EXPECT_EQ(a.source_changes, b.source_changes);
}

TEST(StreamChecker, FindsNothingInAWholeStream) {
    const auto counts = check(frames(0, 100));
    EXPECT_EQ(counts.frames, 100U);
    EXPECT_EQ(counts.faults() + counts.skips + counts.lead_in_bytes, 0U);
}

TEST(StreamChecker, StartsAtTheFirstWholeFrameWhenTheServerBeganAnywhere) {
    const auto stream = frames(0, 4);
    for (std::size_t start = 1; start < 417; ++start) {
        const auto counts = check(cut(stream, start, stream.size()));
        EXPECT_EQ(counts.frames, 3U);
        EXPECT_EQ(counts.lead_in_bytes, frame(0).size() - start);
        EXPECT_EQ(counts.faults() + counts.skips, 0U);
    }
}

TEST(StreamChecker, CountsBytesThatAreNoStreamOfOursAsCorruption) {
    EXPECT_EQ(check(Bytes(10'000, std::byte{0x20})).corruptions, 1U);
}

TEST(StreamChecker, CountsASkipAndTheFramesLeftOut) {
    auto stream = frames(0, 5);
    stream += frames(15, 20);
    const auto counts = check(stream);
    EXPECT_EQ(counts.frames, 10U);
    EXPECT_EQ(counts.skips, 1U);
    EXPECT_EQ(counts.skipped_frames, 10U);
    EXPECT_EQ(counts.faults(), 0U);
}

TEST(StreamChecker, CountsEachFrameThatComesAgain) {
    auto stream = frames(0, 5);
    stream += frames(2, 8);
    const auto counts = check(stream);
    EXPECT_EQ(counts.duplicates, 3U);
    EXPECT_EQ(counts.faults(), 3U);
    EXPECT_EQ(counts.skips, 0U);
}

TEST(StreamChecker, CountsAFrameThatEndsEarlyAsTornWhereverItEnds) {
    const auto before = frames(0, 2);
    const auto one = frame(2);
    for (std::size_t size = 1; size < one.size(); ++size) {
        auto stream = before;
        stream += cut(one, 0, size);
        stream += frames(3, 6);
        const auto counts = check(stream);
        EXPECT_EQ(counts.torn_frames, 1U) << size;
        EXPECT_EQ(counts.faults(), 1U) << size;
        EXPECT_EQ(counts.frames, 5U) << size;
    }
}

TEST(StreamChecker, CountsAChangedByteAsAFaultWhereverItIs) {
    const auto good = frames(0, 4);
    const std::size_t second = frame(0).size();
    for (std::size_t at = 0; at < frame(1).size(); ++at) {
        auto stream = good;
        stream[second + at] ^= std::byte{0x01};
        const auto counts = check(stream);
        EXPECT_EQ(counts.frames, 3U) << at;
        EXPECT_GE(counts.corruptions + counts.torn_frames, 1U) << at;
    }
}

TEST(StreamChecker, CountsALostOrAnAddedByteAsAFault) {
    const auto good = frames(0, 4);
    for (std::size_t at = frame(0).size(); at < 2 * frame(0).size(); ++at) {
        auto lost = cut(good, 0, at);
        lost += cut(good, at + 1, good.size());
        EXPECT_GE(check(lost).faults(), 1U) << at;
        auto added = cut(good, 0, at);
        added.push_back(std::byte{0x55});
        added += cut(good, at, good.size());
        EXPECT_GE(check(added).faults(), 1U) << at;
    }
}

TEST(StreamChecker, CountsFramesOfAnotherStation) {
    auto stream = frames(0, 3);
    stream += frame(3, kStation + 1);
    stream += frames(3, 5);
    const auto counts = check(stream);
    EXPECT_EQ(counts.foreign_frames, 1U);
    EXPECT_EQ(counts.faults(), 1U);
    EXPECT_EQ(check(frames(0, 3), kStation + 1).foreign_frames, 3U);
    EXPECT_EQ(check(frames(0, 3), std::nullopt).faults(), 0U);
}

TEST(StreamChecker, AcceptsANewConnectionOfTheSourceOnlyFromItsFirstFrame) {
    const auto at = [](std::uint64_t sequence) {
        return frame(FrameIdentity{kStation, sequence, kFirst + 50, 0});
    };
    auto stream = frames(0, 3);
    stream += at(kFirst + 50);
    const auto whole = check(stream);
    EXPECT_EQ(whole.source_changes, 1U);
    EXPECT_EQ(whole.faults() + whole.skips, 0U);

    stream = frames(0, 3);
    stream += at(kFirst + 52);
    const auto late = check(stream);
    EXPECT_EQ(late.source_changes, 1U);
    EXPECT_EQ(late.skipped_frames, 2U);

    stream += frame(4);
    EXPECT_EQ(check(stream).duplicates, 1U) << "the old connection comes back";
}

TEST(StreamChecker, RecordsTheLatencyOfFramesSentAfterTheListenerJoined) {
    const std::int64_t joined = frame_due_us(kFirst + 2);
    StreamChecker checker(joined, kStation);
    Histogram latency;
    checker.consume(frames(0, 3), joined + 5'000, latency);
    EXPECT_EQ(latency.count(), 1U);
    EXPECT_EQ(latency.max_us(), 5'000);
    EXPECT_EQ(checker.newest_sent_us(), joined);
    EXPECT_EQ(checker.sequence(), kFirst + 2);
}

TEST(StreamChecker, SeesTheSameInEverySplit) {
    auto stream = cut(frames(0, 2), 100, 800);
    stream += frames(5, 8);
    stream += frame(6);
    stream[1'000] ^= std::byte{0x10};
    const auto whole = check(stream);
    EXPECT_GT(whole.faults(), 0U);
    for (std::size_t split = 0; split <= stream.size(); ++split) {
        StreamChecker checker(0, kStation);
        Histogram latency;
        checker.consume(std::span(stream).first(split), 0, latency);
        checker.consume(std::span(stream).subspan(split), 0, latency);
        SCOPED_TRACE(split);
        expect_equal(checker.counts(), whole);
    }
}

/// Overwrites, removes, repeats or adds a random stretch of bytes behind the first frame (what is
/// lost before it cannot be known).
Bytes damaged(const Bytes& good, std::mt19937_64& random) {
    const std::size_t first = frame(0).size();
    const std::size_t from = first + random() % (good.size() - first);
    const std::size_t to = from + 1 + random() % std::min<std::size_t>(1'500, good.size() - from);
    auto bad = cut(good, 0, from);
    switch (random() % 4) {
        case 0:
            for (std::size_t i = from; i < to; ++i) {
                bad.push_back(good[i] ^ static_cast<std::byte>(1 + random() % 255));
            }
            bad += cut(good, to, good.size());
            break;
        case 1:
            bad += cut(good, to, good.size());
            break;
        case 2:
            bad += cut(good, from, to);
            bad += cut(good, from, good.size());
            break;
        default:
            bad.resize(to, static_cast<std::byte>(random()));
            bad += cut(good, from, good.size());
            break;
    }
    return bad;
}

TEST(StreamChecker, NoticesEveryDamageInEverySplit) {
    const auto good = frames(0, 12);
    const auto tail = frames(12, 15);
    for (std::uint64_t seed = 0; seed < 3'000; ++seed) {
        SCOPED_TRACE(testing::Message() << "seed " << seed);
        std::mt19937_64 random(seed);
        auto bad = damaged(good, random);
        bad += tail;
        StreamChecker checker(0, kStation);
        Histogram latency;
        in_pieces(bad, 700, random, [&](auto piece) { checker.consume(piece, 0, latency); });
        const auto& counts = checker.counts();
        EXPECT_GT(counts.faults() + counts.skips, 0U);
        EXPECT_GE(counts.frames, 3U) << "the intact end is found again";
        expect_equal(counts, check(bad));
    }
}

}  // namespace
}  // namespace ringcast::loadtest
