// SPDX-License-Identifier: Apache-2.0
#include "server/http/metadata_request.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace ringcast::server::http {
namespace {

using testing::HasSubstr;

std::variant<MetadataUpdate, Reply> parse(std::string_view query,
                                          MetadataDoor door = MetadataDoor::Icecast,
                                          std::optional<Charset> mount_charset = std::nullopt) {
    return parse_metadata_update(parse_query(query), door, mount_charset);
}

MetadataUpdate update(std::string_view rest, std::optional<Charset> charset = std::nullopt) {
    const auto result =
        parse("mount=/m&mode=updinfo&" + std::string(rest), MetadataDoor::Icecast, charset);
    EXPECT_TRUE(std::holds_alternative<MetadataUpdate>(result)) << rest;
    return std::get<MetadataUpdate>(result);
}

TEST(MetadataRequest, TheSongWinsOverArtistAndTitle) {
    EXPECT_EQ(update("song=S&artist=A&title=T").title, "S");
    EXPECT_EQ(update("artist=A&title=T").title, "A - T");
    EXPECT_EQ(update("title=T&artist=A&album=X&next=Y").title, "A - T");
}

TEST(MetadataRequest, ArtistOrTitleAloneSetsNothing) {
    EXPECT_FALSE(update("title=T").title);
    EXPECT_FALSE(update("artist=A").title);
    EXPECT_FALSE(update("song=").title);
}

TEST(MetadataRequest, HasAUrlToo) {
    const MetadataUpdate result = update("song=S&url=http%3A%2F%2Fx%2F");
    EXPECT_EQ(result.url, "http://x/");
    EXPECT_FALSE(update("song=S").url);
}

TEST(MetadataRequest, TheCharsetIsTheParametersElseTheMountsElseGuessed) {
    EXPECT_EQ(update("song=%C3%A9").title, "\xc3\xa9");
    EXPECT_EQ(update("song=%E9").title, "\xc3\xa9");
    EXPECT_EQ(update("song=%C3%A9&charset=ISO-8859-1").title, "\xc3\x83\xc2\xa9");
    EXPECT_EQ(update("song=%C3%A9", Charset::Latin1).title, "\xc3\x83\xc2\xa9");
    EXPECT_EQ(update("song=%C3%A9&charset=UTF-8", Charset::Latin1).title, "\xc3\xa9");
    EXPECT_EQ(update("song=%C3%A9&charset=unknown").title, "\xc3\xa9");
}

TEST(MetadataRequest, TitlesAreClean) {
    EXPECT_EQ(update("song=a%0D%0Ab';c%00").title, "a  b',c");
}

TEST(MetadataRequest, AnotherModeIs200WithReturn0) {
    for (const char* query : {"mount=/m&mode=x&song=S", "mount=/m&song=S"}) {
        const auto result = parse(query);
        ASSERT_TRUE(std::holds_alternative<Reply>(result));
        EXPECT_EQ(std::get<Reply>(result).status, Status::Ok);
        EXPECT_EQ(std::get<Reply>(result).body,
                  "<?xml version=\"1.0\"?>\n<iceresponse><message>No such action</message>"
                  "<return>0</return></iceresponse>\n");
    }
}

TEST(MetadataRequest, WithoutAMountIs400ButNotAtTheShoutcastDoor) {
    const auto result = parse("mode=updinfo&song=S");
    ASSERT_TRUE(std::holds_alternative<Reply>(result));
    EXPECT_EQ(std::get<Reply>(result).status, Status::BadRequest);
    EXPECT_THAT(std::get<Reply>(result).body, HasSubstr("Missing parameter"));
    const auto legacy = parse("mode=updinfo&song=S&pass=x", MetadataDoor::Shoutcast);
    EXPECT_EQ(std::get<MetadataUpdate>(legacy).title, "S");
}

TEST(MetadataRequest, TheTargetIsKnownBeforeAnyCheck) {
    const Query query = parse_query("pass=p%3Aw&sid=2&mount=%2fm");
    const MetadataTarget legacy = parse_metadata_target(query, MetadataDoor::Shoutcast);
    EXPECT_EQ(legacy.mount, "/m");
    EXPECT_EQ(legacy.password, "p:w");
    EXPECT_EQ(legacy.stream_id, 2U);
    EXPECT_FALSE(parse_metadata_target(query, MetadataDoor::Icecast).password);
    EXPECT_FALSE(parse_metadata_target({}, MetadataDoor::Shoutcast).mount);
}

TEST(MetadataRequest, SuccessIs200InTheFormOfTheDoor) {
    const Reply icecast = metadata_done_reply(MetadataDoor::Icecast);
    EXPECT_EQ(icecast.status, Status::Ok);
    EXPECT_EQ(icecast.content_type, "text/xml; charset=utf-8");
    EXPECT_THAT(icecast.body, HasSubstr("<message>Metadata update successful</message>"
                                        "<return>1</return>"));
    EXPECT_EQ(metadata_done_reply(MetadataDoor::Shoutcast).content_type,
              "text/html; charset=utf-8");
    EXPECT_EQ(metadata_no_source_reply().status, Status::BadRequest);
}

}  // namespace
}  // namespace ringcast::server::http
