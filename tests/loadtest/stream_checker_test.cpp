// SPDX-License-Identifier: Apache-2.0
// One test for each kind of fault that a server can commit, then seeded damage of any kind.
#include "loadtest/stream_checker.hpp"

#include <gtest/gtest.h>

#include "tests/loadtest/stream_builder.hpp"

namespace ringcast::loadtest {
namespace {

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

class StreamCheckerOf : public testing::TestWithParam<FormatKind> {
  protected:
    /// What is seen in a stream that begins with the stream header.
    StreamCounts check(const Bytes& stream, std::optional<std::uint32_t> station = kStation) {
        Bytes whole = builder_.header();
        whole += stream;
        return check_alone(whole, station);
    }
    StreamCounts check_alone(const Bytes& stream, std::optional<std::uint32_t> station = kStation) {
        StreamChecker checker = new_checker(station);
        Histogram latency;
        checker.consume(stream, {0, latency, heads_});
        return checker.counts();
    }
    StreamChecker new_checker(std::optional<std::uint32_t> station = kStation,
                              std::int64_t joined_us = 0) const {
        StreamChecker checker(joined_us, station);
        checker.set_format(builder_.format());
        return checker;
    }
    Bytes frame(std::uint64_t number, std::uint32_t station = kStation) const {
        return builder_.frame(number, station);
    }
    Bytes frames(std::uint64_t from, std::uint64_t to) const { return builder_.frames(from, to); }
    bool has_header() const { return builder_.format().traits().stream_header; }

    const StreamBuilder builder_{GetParam()};
    HeadReader heads_;
};

INSTANTIATE_TEST_SUITE_P(Formats, StreamCheckerOf,
                         testing::Values(FormatKind::Mp3, FormatKind::Aac, FormatKind::Ogg),
                         [](const auto& tested) { return name_of(tested.param); });

TEST_P(StreamCheckerOf, FindsNothingInAWholeStream) {
    const auto counts = check(frames(0, 100));
    EXPECT_EQ(counts.frames, 100U);
    EXPECT_EQ(counts.faults() + counts.skips + counts.lead_in_bytes, 0U);
}

TEST_P(StreamCheckerOf, StartsAtTheFirstWholeFrameWhenTheServerBeganAnywhere) {
    const auto stream = frames(0, 4);
    for (std::size_t start = 1; start < frame(0).size(); ++start) {
        const auto counts = check_alone(cut(stream, start, stream.size()));
        EXPECT_EQ(counts.frames, 3U);
        EXPECT_EQ(counts.lead_in_bytes, frame(0).size() - start);
        EXPECT_EQ(counts.faults(), has_header() ? 1U : 0U) << "Ogg may not begin anywhere";
        EXPECT_EQ(counts.skips, 0U);
    }
}

TEST_P(StreamCheckerOf, CountsBytesThatAreNoStreamOfOursAsCorruption) {
    EXPECT_EQ(check_alone(Bytes(10'000, std::byte{0x20})).corruptions, 1U);
}

TEST_P(StreamCheckerOf, CountsASkipAndTheFramesLeftOut) {
    auto stream = frames(0, 5);
    stream += frames(15, 20);
    const auto counts = check(stream);
    EXPECT_EQ(counts.frames, 10U);
    EXPECT_EQ(counts.skips, 1U);
    EXPECT_EQ(counts.skipped_frames, 10U);
    EXPECT_EQ(counts.faults(), 0U);
}

TEST_P(StreamCheckerOf, CountsEachFrameThatComesAgain) {
    auto stream = frames(0, 5);
    stream += frames(2, 8);
    const auto counts = check(stream);
    EXPECT_EQ(counts.duplicates, 3U);
    EXPECT_EQ(counts.faults(), 3U);
    EXPECT_EQ(counts.skips, 0U);
}

TEST_P(StreamCheckerOf, CountsAFrameThatEndsEarlyAsTornWhereverItEnds) {
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

TEST_P(StreamCheckerOf, CountsAChangedByteAsAFaultWhereverItIs) {
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

TEST_P(StreamCheckerOf, CountsALostOrAnAddedByteAsAFault) {
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

TEST_P(StreamCheckerOf, CountsFramesOfAnotherStation) {
    auto stream = frames(0, 3);
    stream += frame(3, kStation + 1);
    stream += frames(3, 5);
    const auto counts = check(stream);
    EXPECT_EQ(counts.foreign_frames, 1U);
    EXPECT_EQ(counts.faults(), 1U);
    EXPECT_EQ(check(frames(0, 3), kStation + 1).foreign_frames, has_header() ? 4U : 3U);
    EXPECT_EQ(check(frames(0, 3), std::nullopt).faults(), 0U);
}

TEST_P(StreamCheckerOf, AcceptsANewConnectionOfTheSourceOnlyFromItsFirstFrame) {
    const auto at = [this](std::uint64_t sequence) {
        return builder_.frame(FrameIdentity{kStation, sequence, kFirst + 50, 0});
    };
    auto stream = frames(0, 3);
    stream += builder_.header(kFirst + 50);
    stream += at(kFirst + 50);
    const auto whole = check(stream);
    EXPECT_EQ(whole.source_changes, 1U);
    EXPECT_EQ(whole.faults() + whole.skips, 0U);

    stream = frames(0, 3);
    stream += builder_.header(kFirst + 50);
    stream += at(kFirst + 52);
    const auto late = check(stream);
    EXPECT_EQ(late.source_changes, 1U);
    EXPECT_EQ(late.skipped_frames, 2U);

    stream += frame(4);
    EXPECT_EQ(check(stream).duplicates, 1U) << "the old connection comes back";
}

TEST_P(StreamCheckerOf, RecordsTheLatencyOfFramesSentAfterTheListenerJoined) {
    const std::int64_t joined = builder_.format().due_us(kFirst + 2);
    StreamChecker checker = new_checker(kStation, joined);
    Histogram latency;
    checker.consume(builder_.header(), {joined + 1'000, latency, heads_});
    checker.consume(frames(0, 3), {joined + 5'000, latency, heads_});
    EXPECT_EQ(latency.count(), 1U);
    EXPECT_EQ(latency.max_us(), 5'000);
    EXPECT_EQ(checker.newest_sent_us(), joined);
    EXPECT_EQ(checker.sequence(), kFirst + 2);
}

TEST_P(StreamCheckerOf, SeesTheSameInEverySplit) {
    auto stream = cut(frames(0, 2), 100, 2 * frame(0).size() - 50);
    stream += builder_.header();
    stream += frames(5, 8);
    stream += frame(6);
    stream[stream.size() - frame(0).size() - 100] ^= std::byte{0x10};
    const auto whole = check_alone(stream);
    EXPECT_GT(whole.faults(), 0U);
    for (std::size_t split = 0; split <= stream.size(); ++split) {
        StreamChecker checker = new_checker();
        Histogram latency;
        checker.consume(std::span(stream).first(split), {0, latency, heads_});
        checker.consume(std::span(stream).subspan(split), {0, latency, heads_});
        SCOPED_TRACE(split);
        expect_equal(checker.counts(), whole);
    }
}

class OggStreamChecker : public StreamCheckerOf {};

INSTANTIATE_TEST_SUITE_P(Formats, OggStreamChecker, testing::Values(FormatKind::Ogg),
                         [](const auto& tested) { return name_of(tested.param); });

TEST_P(OggStreamChecker, WantsTheStreamHeaderOnceBeforeTheFramesOfEachConnection) {
    EXPECT_EQ(check_alone(frames(5, 9)).corruptions, 1U) << "none";
    auto again = frames(0, 3);
    again += builder_.header();
    again += frames(3, 5);
    EXPECT_EQ(check(again).duplicates, 1U);
    EXPECT_EQ(check(again).faults(), 1U);
    auto without = frames(0, 3);
    without += builder_.frame(FrameIdentity{kStation, kFirst + 50, kFirst + 50, 0});
    without += builder_.frame(FrameIdentity{kStation, kFirst + 51, kFirst + 50, 0});
    EXPECT_EQ(check(without).corruptions, 1U);
    EXPECT_EQ(check(without).source_changes, 1U);
}

TEST_P(OggStreamChecker, CountsAChangedBitOfTheStreamHeaderAsAFaultWhereverItIs) {
    const auto header = builder_.header();
    for (std::size_t bit = 0; bit < header.size() * 8; ++bit) {
        auto stream = header;
        stream[bit / 8] ^= static_cast<std::byte>(1U << (bit % 8));
        stream += frames(0, 3);
        const auto counts = check_alone(stream);
        EXPECT_GE(counts.corruptions, 1U) << bit;
        EXPECT_EQ(counts.frames, 3U) << bit;
    }
}

/// Overwrites, removes, repeats or adds a random stretch of bytes behind the `first` ones (what is
/// lost before the end of a first frame cannot be known).
Bytes damaged(const Bytes& good, std::size_t first, std::mt19937_64& random) {
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

TEST_P(StreamCheckerOf, NoticesEveryDamageInEverySplit) {
    const auto good = frames(0, 12);
    const auto tail = frames(12, 15);
    for (std::uint64_t seed = 0; seed < 3'000; ++seed) {
        SCOPED_TRACE(testing::Message() << "seed " << seed);
        std::mt19937_64 random(seed);
        auto bad = builder_.header();
        bad += damaged(good, frame(0).size(), random);
        bad += tail;
        StreamChecker checker = new_checker();
        Histogram latency;
        in_pieces(bad, 700, random, [&](auto piece) {
            checker.consume(piece, {0, latency, heads_});
        });
        const auto& counts = checker.counts();
        EXPECT_GT(counts.faults() + counts.skips, 0U);
        EXPECT_GE(counts.frames, 3U) << "the intact end is found again";
        expect_equal(counts, check_alone(bad));
    }
}

}  // namespace
}  // namespace ringcast::loadtest
