// SPDX-License-Identifier: Apache-2.0
// Headers, chains and titles; time and hostile bytes have their own files.
#include "core/framing/ogg.hpp"

#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <utility>

#include "tests/support/ogg_builder.hpp"
#include "tests/support/scan_units.hpp"
#include "tests/support/unit_letters.hpp"

namespace ringcast::core::framing {
namespace {

using namespace tests;  // the builders are half of every line here
using Kind = ScanUnit::Kind;

std::vector<FoundUnit> units_of(const Bytes& stream) {
    return scan_whole(*make_ogg_scanner(), stream);
}

std::string letters_of(const Bytes& stream) {
    return letters(units_of(stream));
}

std::uint64_t played_us(const Bytes& stream) {
    return sum_us(units_of(stream));
}

std::optional<std::string> title_of(const Bytes& stream) {
    const auto scanner = make_ogg_scanner();
    (void)scan_whole(*scanner, stream);
    std::string title;
    return scanner->take_title(title) ? std::optional(title) : std::nullopt;
}

Bytes page(std::vector<Bytes> packets, std::int64_t granule = 0) {
    return ogg_page({.granule = granule, .packets = std::move(packets)});
}

Bytes first_page(Bytes packet, std::uint32_t serial = 1) {
    return ogg_page({.serial = serial, .packets = {std::move(packet)}, .first = true});
}

Bytes data_page(std::int64_t granule = 4096) {
    return page({Bytes(500, std::byte{0x22})}, granule);
}

TEST(Ogg, ItsContentTypesAreFramed) {
    for (const auto* type : {"application/ogg", "application/x-ogg", "audio/ogg", "video/ogg",
                             "audio/ogg; codecs=opus"}) {
        EXPECT_EQ(letters(scan_whole(*make_scanner(type), opus_headers(1))), "CH") << type;
    }
}

TEST(Ogg, HeaderPagesOfEachCodecAreHeadersAndDataPagesAreSyncFrames) {
    const Bytes data = joined({data_page(), data_page(8192)});
    const Bytes frame(500, std::byte{0xFF});
    EXPECT_EQ(letters_of(joined({vorbis_headers(1), data})), "CHSS");
    EXPECT_EQ(letters_of(joined({first_page(vorbis_head()), page({vorbis_tags()}),
                                 page({vorbis_setup()}), data})),
              "CHHSS");
    EXPECT_EQ(letters_of(joined({opus_headers(1), data})), "CHSS");
    EXPECT_EQ(letters_of(joined({first_page(speex_head()), page({vorbis_comment({})}), data})),
              "CHSS");
    EXPECT_EQ(
        letters_of(joined({first_page(speex_head({.extra_headers = 2})), page({vorbis_comment({})}),
                           page({bytes_of("a"), bytes_of("b")}), data})),
        "CHHSS");
    EXPECT_EQ(letters_of(
                  joined({first_page(ogg_flac_head(2)), page({flac_block({.type = 4, .body = {}})}),
                          page({flac_block({.type = 1, .body = {}})}), page({frame}, 4096)})),
              "CHHS");
    EXPECT_EQ(letters_of(joined({first_page(bytes_of("\x80theora")), page({bytes_of("\x81theora")}),
                                 page({bytes_of("\x82theora")}), data})),
              "CHHSS");
    EXPECT_EQ(letters_of(joined({first_page(bytes_of("something else")), data})), "CSS");
}

TEST(Ogg, FlacHeadersOfUnknownNumberEndWithTheLastBlockOrWhereAFrameBegins) {
    const Bytes frame = page({Bytes(500, std::byte{0xFF})}, 4096);
    const Bytes comment = page({flac_block({.type = 4, .body = {}})});
    EXPECT_EQ(letters_of(joined({first_page(ogg_flac_head(0)), comment,
                                 page({flac_block({.type = 1, .last = true, .body = {}})}), frame,
                                 frame})),
              "CHHSS");
    EXPECT_EQ(letters_of(joined({first_page(ogg_flac_head(0)), comment, frame, frame})), "CHSS");
}

TEST(Ogg, FlacHeadersThatAreFewerThanAnnouncedEndWithTheLastBlock) {
    const Bytes frame = page({Bytes(500, std::byte{0xFF})}, 4096);
    EXPECT_EQ(letters_of(joined({first_page(ogg_flac_head(9)),
                                 page({flac_block({.type = 4, .last = true, .body = {}})}), frame,
                                 frame})),
              "CHSS");
}

TEST(Ogg, APageOnWhichHeadersEndAndDataBeginsIsAHeader) {
    const Bytes mixed = page({opus_tags(), opus_packet(), opus_packet()}, 312 + 2 * 960);
    const Bytes stream = joined({first_page(opus_head(312)), mixed, opus_page(1, 312 + 52 * 960)});
    EXPECT_EQ(letters_of(stream), "CHS");
    EXPECT_EQ(played_us(stream), 1'000'000U) << "time on the header page is not counted later";
}

TEST(Ogg, AHeaderPacketOfSeveralPagesIsHeaderToItsEnd) {
    const Bytes tags = opus_tags({"TITLE=Long", std::string_view(std::string(150'000, 'x'))});
    const Bytes stream =
        joined({first_page(opus_head()), ogg_pages_of_packet(1, tags), opus_page(1, 48312)});
    EXPECT_EQ(letters_of(stream), "CHHHS");
    EXPECT_EQ(title_of(stream), "Long");
}

TEST(Ogg, StreamsThatBeginTogetherAreOneChain) {
    const Bytes stream = joined({first_page(bytes_of("\x80theora"), 7), first_page(opus_head(), 8),
                                 ogg_page({.serial = 8, .packets = {opus_tags()}}),
                                 ogg_page({.serial = 7, .packets = {bytes_of("b")}}),
                                 ogg_page({.serial = 7, .packets = {bytes_of("c")}}),
                                 ogg_page({.serial = 7, .packets = {bytes_of("video")}}),
                                 opus_page(8, 48312), opus_page(8, 96312)});
    EXPECT_EQ(letters_of(stream), "CHHHHFSS") << "sync points are those of the audio";
    EXPECT_EQ(played_us(stream), 2'000'000U);
}

TEST(Ogg, EveryPageBeforeTheLastHeaderOfAChainIsAHeader) {
    const Bytes stream =
        joined({first_page(opus_head(), 1), first_page(bytes_of("fishead"), 2),
                ogg_page({.serial = 2, .packets = {bytes_of("fisbone")}}),
                ogg_page({.serial = 1, .packets = {opus_tags()}}),
                ogg_page({.serial = 2, .packets = {{}}, .last = true}), opus_page(1, 48312)});
    EXPECT_EQ(letters_of(stream), "CHHHFS");
}

TEST(Ogg, AStreamThatEndsWithinItsHeadersDoesNotHoldUpTheOthers) {
    const Bytes stream = joined(
        {first_page(opus_head(), 1), first_page(vorbis_head(), 2),
         ogg_page({.serial = 1, .packets = {opus_tags()}}), opus_page(1, 48312),
         ogg_page({.serial = 2, .packets = {vorbis_tags()}, .last = true}), opus_page(1, 96312)});
    EXPECT_EQ(letters_of(stream), "CHHHHS");
}

TEST(Ogg, PagesOfStreamsWhoseBeginningWasNotSeenAreJunk) {
    EXPECT_EQ(letters_of(data_page()), "J");
    EXPECT_EQ(letters_of(joined({opus_page(1, 960), opus_headers(1), opus_page(1, 48312),
                                 opus_page(2, 48312), opus_page(1, 96312)})),
              "JCHSJS");
}

TEST(Ogg, MoreStreamsThanAreFollowedDoNoHarm) {
    Bytes stream;
    for (std::uint32_t serial = 1; serial <= 20; ++serial) {
        append(stream, first_page(opus_head(), serial));
    }
    for (std::uint32_t serial = 1; serial <= 20; ++serial) {
        append(stream, ogg_page({.serial = serial, .packets = {opus_tags()}}));
    }
    append(stream, opus_page(1, 48312));
    EXPECT_EQ(letters_of(stream), "C" + std::string(19 + 8, 'H') + "JS");
}

TEST(Ogg, EachChainBeginsWithItsOwnHeadersAndFormat) {
    const auto scanner = make_ogg_scanner();
    const Bytes first = joined({vorbis_headers(1, {"TITLE=One"}), data_page(0)});
    EXPECT_EQ(letters(scan_whole(*scanner, first)), "CHS");
    EXPECT_EQ(scanner->format().codec, "Vorbis");
    EXPECT_EQ(scanner->format().sample_rate, 44100U);
    EXPECT_EQ(scanner->format().channels, 2U);
    EXPECT_EQ(scanner->format().bitrate, 128000U);
    const Bytes second = joined({opus_headers(2, {"TITLE=Two", "ARTIST=A"}), opus_page(2, 48312)});
    EXPECT_EQ(letters(scan_whole(*scanner, second)), "CHS");
    EXPECT_EQ(scanner->format().codec, "Opus");
    EXPECT_EQ(scanner->format().sample_rate, 48000U);
    EXPECT_EQ(scanner->format().bitrate, 0U);
    std::string title;
    EXPECT_TRUE(scanner->take_title(title));
    EXPECT_EQ(title, "A - Two");
    EXPECT_FALSE(scanner->take_title(title)) << "a title is given once";
    EXPECT_TRUE(scanner->frames());
}

TEST(Ogg, AChainMayUseTheSameSerialAgainAndHaveNoData) {
    const Bytes empty = opus_headers(1);
    EXPECT_EQ(letters_of(joined({empty, empty, empty, opus_page(1, 48312), empty})), "CHCHCHSCH");
    EXPECT_EQ(letters_of(joined({first_page(opus_head()), empty})), "CCH")
        << "a serial stands once in a group";
}

TEST(Ogg, TimeGoesOnFromChainToChain) {
    const Bytes chain = joined({opus_headers(1), opus_page(1, 48312), opus_page(1, 96312)});
    EXPECT_EQ(played_us(joined({chain, chain, chain})), 6'000'000U);
}

TEST(Ogg, TitlesComeFromTheCommentsOfEachCodec) {
    const std::vector<std::string_view> fields{"ARTIST=Trio", "TITLE=Song"};
    EXPECT_EQ(title_of(vorbis_headers(1, fields)), "Trio - Song");
    EXPECT_EQ(title_of(opus_headers(1, fields)), "Trio - Song");
    EXPECT_EQ(title_of(joined({first_page(speex_head()), page({vorbis_comment(fields)})})),
              "Trio - Song");
    const Bytes picture = page({flac_block({.type = 6, .body = Bytes(9000)})});
    const Bytes block = flac_block({.type = 4, .last = true, .body = vorbis_comment(fields)});
    EXPECT_EQ(title_of(joined({first_page(ogg_flac_head(0)), picture, page({block})})),
              "Trio - Song");
    EXPECT_EQ(title_of(opus_headers(1)), std::nullopt);
}

TEST(Ogg, TheTitleComesWithTheEndOfItsPacket) {
    const auto scanner = make_ogg_scanner();
    const Bytes tags = opus_tags({"TITLE=T", std::string_view(std::string(100'000, 'x'))});
    const Bytes pages = ogg_pages_of_packet(1, tags);
    const Bytes half(pages.begin(), pages.end() - 1);
    std::string title;
    (void)scan_whole(*scanner, joined({first_page(opus_head()), half}));
    EXPECT_FALSE(scanner->take_title(title));
    EXPECT_EQ(title_of(joined({first_page(opus_head()), pages})), "T");
}

TEST(Ogg, OfCommentsWithHugeCoverArtOnlyTheBeginningIsRead) {
    const std::string art(3'000'000, 'x');
    const Bytes early = opus_tags({"TITLE=Early", art});
    const Bytes late = opus_tags({art, "TITLE=Late"});
    const Bytes head = first_page(opus_head());
    EXPECT_EQ(title_of(joined({head, ogg_pages_of_packet(1, early)})), "Early");
    EXPECT_EQ(title_of(joined({head, ogg_pages_of_packet(1, late)})), std::nullopt);
    EXPECT_EQ(letters_of(joined({head, ogg_pages_of_packet(1, late), opus_page(1, 48312)})),
              "C" + std::string(3'000'046 / 65025 + 1, 'H') + "S");
}

TEST(Ogg, TitlesOfStreamsThatAreNotTheMainAudioAreNotTaken) {
    EXPECT_EQ(title_of(joined({first_page(opus_head(), 1), first_page(vorbis_head(), 2),
                               ogg_page({.serial = 2, .packets = {vorbis_tags({"TITLE=No"})}}),
                               ogg_page({.serial = 1, .packets = {opus_tags({"TITLE=Yes"})}}),
                               ogg_page({.serial = 2, .packets = {vorbis_setup()}})})),
              "Yes");
}

}  // namespace
}  // namespace ringcast::core::framing
