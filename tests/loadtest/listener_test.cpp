// SPDX-License-Identifier: Apache-2.0
#include "loadtest/listener.hpp"

#include <gtest/gtest.h>

#include "tests/loadtest/stream_builder.hpp"

namespace ringcast::loadtest {
namespace {

Bytes bytes_of(std::string_view text) {
    const auto bytes = std::as_bytes(std::span(text));
    return {bytes.begin(), bytes.end()};
}

TEST(ResponseHead, IsReadAsServersSendIt) {
    constexpr std::string_view kText =
        "HTTP/1.0 200 OK\r\ncontent-type: audio/ogg\r\nICY-MetaInt:16000\r\n"
        "icy-name:icy-metaint: 3\r\n\r\nabc";
    const auto head = parse_response_head(kText);
    ASSERT_TRUE(head);
    EXPECT_EQ(head->status, 200);
    EXPECT_EQ(head->metaint, 16'000U);
    EXPECT_EQ(frame_format_of(head->content_type).traits().name, "ogg");
    EXPECT_EQ(head->bytes, kText.find("abc"));
}

TEST(ResponseHead, OfShoutcastIsOneToo) {
    EXPECT_EQ(parse_response_head("ICY 200 OK\r\n\r\n")->status, 200);
    EXPECT_EQ(parse_response_head("ICY 400 Server Full\r\n\r\n")->status, 400);
    EXPECT_EQ(parse_response_head("OK2\r\n\r\n")->status, 0);
}

TEST(ResponseHead, IsNothingWhileTheEmptyLineIsMissing) {
    EXPECT_FALSE(parse_response_head(""));
    EXPECT_FALSE(parse_response_head("HTTP/1.0 200 OK\r\nServer: x\r\n"));
}

TEST(Listener, FindsTheStreamBehindTheHeadInEverySplit) {
    auto answer = bytes_of("HTTP/1.0 200 OK\r\nicy-metaint: 700\r\n\r\n");
    const auto audio = StreamBuilder().frames(0, 2);
    answer.insert(answer.end(), audio.begin(), audio.begin() + 700);
    answer.push_back(std::byte{0});
    answer.insert(answer.end(), audio.begin() + 700, audio.end());
    for (std::size_t split = 0; split <= answer.size(); ++split) {
        Listener listener(0, kStation);
        Histogram latency;
        HeadReader heads;
        listener.received(std::span(answer).first(split), {0, latency, heads});
        listener.received(std::span(answer).subspan(split), {0, latency, heads});
        ASSERT_EQ(listener.state(), Listener::State::Streaming) << split;
        EXPECT_EQ(listener.stream().counts().frames, 2U) << split;
        EXPECT_EQ(listener.stream().counts().faults(), 0U) << split;
        EXPECT_EQ(listener.icy()->counts().blocks, 1U) << split;
    }
}

TEST(Listener, SaysWhyItWasRefused) {
    Listener listener(0, kStation);
    Histogram latency;
    HeadReader heads;
    listener.received(bytes_of("HTTP/1.0 404 File Not Found\r\n\r\n<p>"), {0, latency, heads});
    EXPECT_EQ(listener.state(), Listener::State::Failed);
    EXPECT_EQ(listener.failure(), "HTTP/1.0 404 File Not Found");
}

TEST(Listener, GivesUpOnAHeadWithoutEnd) {
    Listener listener(0, kStation);
    Histogram latency;
    HeadReader heads;
    listener.received(Bytes(20'000, std::byte{'x'}), {0, latency, heads});
    EXPECT_EQ(listener.state(), Listener::State::Failed);
}

}  // namespace
}  // namespace ringcast::loadtest
