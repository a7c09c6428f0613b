// SPDX-License-Identifier: Apache-2.0
#include "core/framing/webm.hpp"

#include <gtest/gtest.h>

#include <random>
#include <string>
#include <utility>

#include "tests/support/ebml_builder.hpp"
#include "tests/support/scan_units.hpp"
#include "tests/support/unit_letters.hpp"

namespace ringcast::core::framing {
namespace {

using namespace tests;  // the builders are half of every line here
using Kind = ScanUnit::Kind;

constexpr std::uint32_t kSeed = 5512;

std::vector<FoundUnit> units_of(const Bytes& stream) {
    return scan_whole(*make_webm_scanner(), stream);
}

std::string letters_of(const Bytes& stream) {
    return letters(units_of(stream));
}

std::uint64_t played_us(const Bytes& stream) {
    return sum_us(units_of(stream));
}

/// A whole cluster of known size.
Bytes sized_cluster(std::uint64_t ticks, const Bytes& blocks) {
    return ebml_element(kClusterId, joined({ebml_number(kTimestampId, ticks), blocks}));
}

Bytes opaque(std::uint32_t id, std::size_t bytes) {
    return ebml_element(id, Bytes(bytes, std::byte{0x33}));
}

TEST(Webm, ItsContentTypesAreFramed) {
    for (const auto* type : {"audio/webm", "video/webm", "audio/x-matroska", "video/x-matroska",
                             "video/x-matroska-3d"}) {
        EXPECT_EQ(letters(scan_whole(*make_scanner(type), webm_headers())), "CHHH") << type;
    }
}

TEST(Webm, WhatStandsBeforeTheFirstClusterIsHeaderAndAClusterIsASyncPoint) {
    const Bytes stream = joined({webm_headers(), opaque(kTagsId, 50), opaque(kVoidId, 300),
                                 webm_cluster_head(0), webm_simple_block(0), webm_simple_block(20),
                                 webm_cluster_head(40), webm_block_group(0)});
    EXPECT_EQ(letters_of(stream), "CHHHHHSFFSF");
}

TEST(Webm, ClustersAndSegmentsOfKnownSizeAreTheSame) {
    const Bytes blocks = joined({webm_simple_block(0), webm_simple_block(20)});
    const Bytes body = joined({webm_info(), webm_tracks(), sized_cluster(0, blocks),
                               sized_cluster(40, blocks), opaque(kCuesId, 80)});
    const Bytes stream = joined({webm_ebml_header(), ebml_element(kSegmentId, body)});
    EXPECT_EQ(letters_of(joined({stream, stream})), "CHHHSFFSFFFCHHHSFFSFFF");
}

TEST(Webm, WhatStandsBetweenClustersIsPublishedButNothingStartsThere) {
    EXPECT_EQ(letters_of(joined({webm_headers(), webm_second(0), opaque(kCuesId, 99),
                                 opaque(kTagsId, 99), webm_cluster_head(1000)})),
              "CHHHS" + std::string(50, 'F') + "FFS");
}

TEST(Webm, AClusterHeadReachesToItsTimestamp) {
    const Bytes before =
        joined({opaque(0xBF, 4), opaque(kVoidId, 20), ebml_number(0xA7, 7), ebml_number(0xAB, 7)});
    const Bytes head =
        joined({ebml_unknown(kClusterId), before, ebml_number(kTimestampId, 123456)});
    const auto units = units_of(joined({webm_headers(), head, webm_simple_block(0)}));
    EXPECT_EQ(letters(units), "CHHHSF");
    EXPECT_EQ(units[4].bytes, head.size());
}

TEST(Webm, AClusterWithoutATimestampInFrontIsJunk) {
    const Bytes headers = webm_headers();
    const Bytes id = ebml_unknown(kClusterId);
    const Bytes good = webm_cluster_head(0);
    EXPECT_EQ(letters_of(joined({headers, id, webm_simple_block(0), good})), "CHHHJS");
    EXPECT_EQ(letters_of(joined({headers, id, opaque(kVoidId, 65), good})), "CHHHJS");
    EXPECT_EQ(letters_of(joined({headers, id, opaque(kTimestampId, 9), good})), "CHHHJS");
    EXPECT_EQ(letters_of(joined({headers, id, ebml_unknown(kTimestampId), good})), "CHHHJS");
    Bytes many = id;
    for (int i = 0; i < 20; ++i) {
        append(many, opaque(kVoidId, 1));
    }
    EXPECT_EQ(letters_of(joined({headers, many, good})), "CHHHJS");
}

TEST(Webm, ClustersWithoutTracksBeforeThemAreJunk) {
    EXPECT_EQ(letters_of(webm_second(0)), "J");
    const Bytes no_tracks = joined({webm_ebml_header(), ebml_unknown(kSegmentId), webm_info()});
    EXPECT_EQ(letters_of(joined({no_tracks, webm_second(0)})), "CHHJ");
    EXPECT_EQ(letters_of(joined({webm_headers(), webm_second(0), no_tracks, webm_second(0)})),
              "CHHHS" + std::string(50, 'F') + "CHHJ")
        << "the tracks of the chain before do not hold";
}

TEST(Webm, BlocksBeforeTheFirstClusterAreJunk) {
    EXPECT_EQ(letters_of(joined({webm_headers(), webm_simple_block(0), webm_cluster_head(0)})),
              "CHHHJS");
}

TEST(Webm, LongBlocksComeInPiecesWhereNothingStarts) {
    const Bytes block = webm_simple_block(20, 250'000);
    const auto units = units_of(joined({webm_headers(), webm_cluster_head(0), webm_simple_block(0),
                                        block, webm_simple_block(40)}));
    EXPECT_EQ(letters(units), "CHHHSFFFFF");
    EXPECT_EQ(units[6].bytes, kUnitBytesMax);
    EXPECT_EQ(units[6].duration_us, 20'000U);
    EXPECT_EQ(units[7].duration_us, 0U);
    EXPECT_EQ(units[6].bytes + units[7].bytes + units[8].bytes, block.size());
}

TEST(Webm, OfLongElementsBeforeTheFirstClusterOnlyTracksAreHeaders) {
    const Bytes attachments = opaque(kAttachmentsId, 500'000);
    const auto units = units_of(joined({webm_headers(), attachments, webm_cluster_head(0)}));
    EXPECT_EQ(letters(units), "CHHHJS");
    EXPECT_EQ(units[4].bytes, attachments.size());
    EXPECT_EQ(letters_of(joined({webm_ebml_header(), ebml_unknown(kSegmentId),
                                 opaque(kTracksId, 2 * kUnitBytesMax), webm_second(0)})),
              "CHHHHS" + std::string(50, 'F'));
}

TEST(Webm, ElementsOfImpossibleSizeAreJunk) {
    const Bytes good = joined({webm_cluster_head(20), webm_simple_block(0)});
    for (const std::uint32_t id : {kSimpleBlockId, kBlockGroupId, kVoidId, kTagsId, kTracksId}) {
        const Bytes start = joined({webm_headers(), webm_cluster_head(0)});
        EXPECT_EQ(letters_of(joined({start, ebml_head_bytes(id, 1ULL << 55, 8), good})),
                  "CHHHSJSF");
        EXPECT_EQ(letters_of(joined({start, ebml_head_bytes(id, 1ULL << 25), good})), "CHHHSJSF");
        EXPECT_EQ(letters_of(joined({start, ebml_unknown(id), good})), "CHHHSJSF");
    }
    EXPECT_EQ(letters_of(joined({ebml_head_bytes(kEbmlId, kUnitBytesMax), webm_headers()})),
              "JCHHH");
    EXPECT_EQ(letters_of(joined({ebml_unknown(kEbmlId), webm_headers()})), "JCHHH");
}

TEST(Webm, TheFormatIsThatOfTheFirstAudioTrack) {
    const auto scanner = make_webm_scanner();
    const Bytes headers = joined({webm_ebml_header(), ebml_unknown(kSegmentId), webm_tracks(true)});
    EXPECT_EQ(letters(scan_whole(*scanner, headers)), "CHH");
    EXPECT_EQ(scanner->format().codec, "Opus");
    EXPECT_EQ(scanner->format().sample_rate, 48000U);
    EXPECT_EQ(scanner->format().channels, 2U);
    EXPECT_EQ(scanner->format().bitrate, 0U);
    EXPECT_TRUE(scanner->frames());
}

TEST(Webm, DurationsAddUpToTheTimeFromTheFirstBlockToTheLast) {
    Bytes stream = webm_headers();
    for (std::uint64_t second = 0; second < 10; ++second) {
        append(stream, webm_second(second));
    }
    EXPECT_EQ(played_us(stream), 9'980'000U);
}

TEST(Webm, BlocksInGroupsCountAndBlocksOfOtherTracksDoNot) {
    EXPECT_EQ(played_us(joined({webm_headers(), webm_cluster_head(0), webm_block_group(0),
                                webm_simple_block(700, 50, 2), webm_block_group(20),
                                webm_simple_block(40), webm_block_group(60)})),
              60'000U);
}

TEST(Webm, TimeIsInTicksOfTheTimestampScale) {
    const auto played_with_scale = [](std::uint64_t scale) {
        return played_us(joined({webm_headers(scale), webm_cluster_head(0), webm_simple_block(0),
                                 webm_simple_block(999), webm_simple_block(2001)}));
    };
    EXPECT_EQ(played_with_scale(20'833), 2001U * 20'833 / 1000) << "no drift";
    EXPECT_EQ(played_with_scale(1), 2U);
    EXPECT_EQ(played_with_scale(0), 2'001'000U) << "0 is not a scale";
    EXPECT_EQ(played_with_scale(1ULL << 60), 2'001'000U);
}

TEST(Webm, AStreamThatBeginsHoursInAddsNoHours) {
    EXPECT_EQ(played_us(joined({webm_headers(), webm_second(100'000)})), 980'000U);
}

TEST(Webm, TimesThatJumpOrGoBackAreBounded) {
    const Bytes start = joined({webm_headers(), webm_second(100)});
    EXPECT_EQ(played_us(joined({start, webm_second(90'000)})), 980'000U + 5'000'000 + 980'000);
    EXPECT_EQ(played_us(joined({start, webm_second(0)})), 980'000U + 980'000)
        << "far back: time is counted from there";
    EXPECT_EQ(played_us(joined({start, webm_simple_block(500), webm_simple_block(1000)})),
              1'000'000U)
        << "back a little: time waits";
    for (const std::uint64_t ticks : {~0ULL, 1ULL << 63, 1ULL << 62, 10'000'000'000'000ULL}) {
        EXPECT_EQ(played_us(joined({start, webm_cluster_head(ticks), webm_simple_block(0),
                                    webm_simple_block(20), webm_simple_block(40)})),
                  980'000U)
            << ticks;
    }
    EXPECT_EQ(played_us(joined({webm_headers(), webm_cluster_head(10), webm_simple_block(-20),
                                webm_simple_block(-10), webm_simple_block(10)})),
              20'000U)
        << "a time before 0 is none";
}

TEST(Webm, BlocksThatAreCutShortAddNoTime) {
    for (std::size_t bytes = 0; bytes < 3; ++bytes) {
        EXPECT_EQ(played_us(joined({webm_headers(), webm_second(0), opaque(kSimpleBlockId, bytes),
                                    opaque(kBlockGroupId, bytes), webm_second(1)})),
                  1'980'000U);
    }
}

TEST(Webm, EachEbmlHeaderBeginsAChainWithItsOwnTime) {
    const Bytes chain = joined({webm_headers(), webm_second(50)});
    const std::string letters_of_chain = "CHHHS" + std::string(50, 'F');
    EXPECT_EQ(letters_of(joined({chain, chain})), letters_of_chain + letters_of_chain);
    EXPECT_EQ(played_us(joined({chain, chain})), 2 * 980'000U);
}

TEST(Webm, BrokenBytesAreJunkUpToTheNextClusterOrChain) {
    const Bytes headers = webm_headers();
    const Bytes cluster = webm_cluster_head(0);
    const Bytes block = webm_simple_block(0);
    EXPECT_EQ(letters_of(joined({bytes_of("junk\x1A\x45\xDF"), headers, cluster, block})),
              "JCHHHSF");
    EXPECT_EQ(letters_of(joined({headers, cluster, Bytes(200'000), block, cluster, block})),
              "CHHHSJSF");
    EXPECT_EQ(letters_of(joined({headers, cluster, bytes_of("\x81\x81\x81"), block, headers})),
              "CHHHSJCHHH");
    EXPECT_EQ(letters_of(joined({headers, cluster, bytes_of("\x1F\x43\xB6"), cluster, block})),
              "CHHHSJSF");
}

Bytes mixed_stream(std::mt19937& random) {
    return joined({bytes_of("junk\x1A\x45"), webm_headers(), opaque(kTagsId, 200),
                   webm_cluster_head(0), webm_simple_block(0), webm_block_group(20),
                   opaque(kVoidId, 0), payload_without_syncs(300, random), ebml_unknown(kClusterId),
                   webm_simple_block(40), sized_cluster(60, webm_simple_block(0)), webm_headers(),
                   webm_cluster_head(7), webm_simple_block(1)});
}

TEST(Webm, UnitsDoNotDependOnHowTheStreamIsSplit) {
    SCOPED_TRACE(kSeed);
    std::mt19937 random(kSeed);
    const Bytes stream = mixed_stream(random);
    const auto expected = units_of(stream);
    ASSERT_EQ(letters(expected), "JCHHHHSFFFJSFCHHHSF");
    for (std::size_t split = 1; split < stream.size(); ++split) {
        bool first = true;
        const auto chunks = [&] { return std::exchange(first, false) ? split : stream.size(); };
        ASSERT_EQ(scan_in_chunks(*make_webm_scanner(), stream, chunks), expected) << split;
    }
    ASSERT_EQ(scan_in_chunks(*make_webm_scanner(), stream, [] { return 1; }), expected);
    Bytes with_long_elements = joined({webm_headers(), opaque(kAttachmentsId, 150'000), stream,
                                       webm_simple_block(2, 300'000), webm_second(1)});
    const auto expected_long = units_of(with_long_elements);
    for (int round = 0; round < 50; ++round) {
        ASSERT_EQ(scan_in_chunks(*make_webm_scanner(), with_long_elements, random_chunks(random)),
                  expected_long);
    }
}

TEST(Webm, AnyByteChangedLosesAtMostWhatStandsBeforeTheNextChain) {
    const Bytes chain = joined(
        {webm_headers(), webm_cluster_head(0), webm_simple_block(0, 5), webm_simple_block(20, 5)});
    for (std::size_t at = 0; at < chain.size(); ++at) {
        for (const unsigned bit : {0x80U, 0x10U, 0x01U}) {
            Bytes broken = chain;
            broken[at] ^= static_cast<std::byte>(bit);
            const std::string found = letters_of(joined({chain, broken, Bytes(40), chain, chain}));
            ASSERT_TRUE(found.ends_with("CHHHSFF")) << at << ' ' << found;
        }
    }
}

}  // namespace
}  // namespace ringcast::core::framing
