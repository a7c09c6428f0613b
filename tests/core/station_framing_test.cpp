// SPDX-License-Identifier: Apache-2.0
// Stations of a format with frames, headers and chains. The format is this test's own: it defines
// make_scanner(), so that each kind of unit can be written as it is needed. Hence a binary of its
// own.
#include <gtest/gtest.h>

#include "core/listener_cursor.hpp"
#include "core/station.hpp"
#include "tests/support/core_station.hpp"

namespace ringcast::core::framing {
namespace {

/// A unit: its kind, three digits of its size (all included), and its body. Kinds: C first header
/// of a chain, H header, S frame and sync point, F frame, J junk, T frame with a title.
class LetterScanner final : public FrameScanner {
  public:
    ScanUnit next(std::span<const std::byte> bytes) override {
        if (bytes.size() < 4) {
            return {};
        }
        const std::string text(reinterpret_cast<const char*>(bytes.data()), 4);
        const auto size = static_cast<std::uint32_t>(std::stoi(text.substr(1)));
        const std::size_t unit_bytes = text[0] == 'L' ? size * std::size_t{1000} : size;
        if (bytes.size() < unit_bytes) {
            return {};
        }
        ScanUnit unit{.kind = ScanUnit::Kind::Frame,
                      .bytes = static_cast<std::uint32_t>(unit_bytes)};
        switch (text[0]) {
            case 'C':
            case 'H':
            case 'L':
                unit.kind = ScanUnit::Kind::Header;
                unit.chain_start = text[0] == 'C';
                break;
            case 'J':
                unit.kind = ScanUnit::Kind::Junk;
                break;
            default:
                unit.sync = text[0] != 'F';
                unit.duration_us = 10'000;
                break;
        }
        if (text[0] == 'T') {
            title_.assign(reinterpret_cast<const char*>(bytes.data()) + 4, unit_bytes - 4);
        }
        return unit;
    }
    StreamFormat format() const override { return {.codec = "Letters"}; }
    bool take_title(std::string& title) override {
        if (title_.empty()) {
            return false;
        }
        title = std::exchange(title_, {});
        return true;
    }

  private:
    std::string title_;
};

}  // namespace

std::unique_ptr<FrameScanner> make_scanner(std::string_view /*content_type*/) {
    return std::make_unique<LetterScanner>();
}

}  // namespace ringcast::core::framing

namespace ringcast::core {
namespace {

using tests::bytes_view;
using tests::CoreStation;

std::string unit(char kind, const std::string& body) {
    const std::string size = std::to_string(body.size() + 4);
    return kind + std::string(3 - size.size(), '0') + size + body;
}

/// Header bytes of `thousands` * 1000, in one unit.
std::string large_header(int thousands, char letter) {
    const std::string digits = std::to_string(thousands);
    std::string header = 'L' + std::string(3 - digits.size(), '0') + digits;
    header.resize(static_cast<std::size_t>(thousands) * 1000, letter);
    return header;
}

class FramedStation : public CoreStation {
  public:
    explicit FramedStation(std::uint32_t extents = 1) : CoreStation(extents, "test/letters") {}
    /// Publishes in pieces of at most 10 000 bytes.
    void send(const std::string& text) {
        std::size_t pending = 0;
        for (std::size_t at = 0; at < text.size();) {
            const std::size_t size = std::min<std::size_t>(10'000, text.size() - at);
            pending += size;
            at += size;
            pending -= publish(bytes_view(text).subspan(at - pending, pending), 0);
        }
        ASSERT_EQ(pending, 0U);
    }
    [[nodiscard]] std::string headers_at(StreamOffset offset) {
        const auto headers = (**this).chains().at(offset).headers;
        return {reinterpret_cast<const char*>(headers.data()), headers.size()};
    }
    StreamOffset head() { return (**this).ring().head(); }
    /// Frames until everything published until now has left the window.
    void send_a_window_of(char kind) {
        const StreamOffset end = head() + 2 * (**this).ring().capacity();
        while (head() < end) {
            send(unit(kind, std::string(900, 'w')));
        }
    }
};

TEST(StationFraming, OnlyWholeFramesArePublished) {
    FramedStation station;
    const std::string bytes = unit('S', "one") + unit('F', "two");
    for (std::size_t size = 1; size < bytes.size(); ++size) {
        FramedStation fresh;
        EXPECT_EQ(fresh.publish(bytes_view(bytes).first(size)), size < 7 ? 0U : 7U) << size;
    }
    EXPECT_EQ(station.publish(bytes_view(bytes)), bytes.size());
    EXPECT_EQ(station->frames(), 2U);
    EXPECT_EQ(station->media_time(), 20'000U);
    EXPECT_EQ(station->format().codec, "Letters");
}

TEST(StationFraming, AFrameAcrossTheWrapIsPublishedWhole) {
    FramedStation station;
    for (int turn = 0; turn < 200; ++turn) {
        const std::string frame = unit('S', std::string(700, 'f'));
        ASSERT_EQ(station.publish(bytes_view(frame)), frame.size()) << station.head();
    }
    EXPECT_GT(station.head(), 2 * station->ring().capacity());
}

TEST(StationFraming, AnUnfinishedFrameGoesWithItsSource) {
    FramedStation station;
    const std::string half = unit('S', "whole") + "S100half";
    EXPECT_EQ(station.publish(bytes_view(half)), 9U);
    station->end_source();
    ASSERT_TRUE(station->begin_source("test/letters", false));
    station.send(unit('S', "next"));
    EXPECT_EQ(station.head(), 17U);
    EXPECT_EQ(station->ring().read(9, 1)[0], std::byte{'S'});
}

TEST(StationFraming, JoinsOnlyAtSyncPoints) {
    FramedStation station;
    station.send(unit('J', "junk") + unit('F', "a") + unit('S', "b") + unit('F', "c"));
    EXPECT_EQ(station->join({.bytes = 1000}).offset, 13U);
    EXPECT_EQ(station->join({}).offset, 13U);
    EXPECT_EQ(station->join({.us = 1}).offset, 13U);
}

TEST(StationFraming, WhatCannotBeFramedPassesAsJunk) {
    FramedStation station;
    std::string endless = "S900";
    endless.resize(station->ring().reserve_max() / 2, 'x');
    endless.replace(0, 4, "L999");
    EXPECT_EQ(station.publish(bytes_view(endless).first(endless.size() - 1)), 0U);
    EXPECT_EQ(station.publish(bytes_view(endless)), endless.size());
    station.send(unit('S', "again"));
    EXPECT_EQ(station->join({}).offset, endless.size());
}

TEST(StationFraming, HeadersHoldFromTheFirstFrameBehindThem) {
    FramedStation station;
    const std::string first = unit('C', "1a") + unit('H', "1b");
    const std::string second = unit('C', "2");
    station.send(first);
    station.send(unit('F', "no sync") + unit('S', "x"));
    const StreamOffset of_second = station.head() + second.size();
    station.send(second + unit('S', "y"));
    EXPECT_EQ(station.headers_at(first.size()), "");
    EXPECT_EQ(station.headers_at(first.size() + 11), first);
    EXPECT_EQ(station.headers_at(of_second - 1), first);
    EXPECT_EQ(station.headers_at(of_second), second);
}

TEST(StationFraming, ASourceOfAnotherTypeEndsTheHeadersAtOnce) {
    FramedStation station;
    station.send(unit('C', "old") + unit('S', "x"));
    station->end_source();
    ASSERT_TRUE(station->begin_source("test/letters", true));
    const StreamOffset begin = station.head();
    station.send(unit('J', "tag") + unit('S', "y"));
    EXPECT_EQ(station.headers_at(begin), "");
    EXPECT_EQ(station.headers_at(begin + 7), "");
    EXPECT_EQ(station.headers_at(begin - 1), unit('C', "old"));
    EXPECT_EQ(station->join({.bytes = 1000}).offset, begin + 7);
}

TEST(StationFraming, HeadersThatAreTooLargeKeepEverybodyFromJoiningUntilTheNext) {
    FramedStation station(16);
    station.send(unit('C', "") + unit('S', "x"));
    station.send(unit('C', ""));
    for (int i = 0; i < 4; ++i) {
        station.send(large_header(70, 'h'));
    }
    EXPECT_TRUE(station->headers_too_large());
    const StreamOffset begin = station.head();
    station.send(unit('S', "y"));
    EXPECT_EQ(station.headers_at(begin), "") << "not those of the chain before";
    EXPECT_LT(station->join({}).offset, begin);
    station.send(unit('C', "small") + unit('S', "z"));
    EXPECT_FALSE(station->headers_too_large());
    EXPECT_EQ(station->join({}).offset, station.head() - 5);
    EXPECT_EQ(station.headers_at(station.head() - 1), unit('C', "small"));
}

TEST(StationFraming, HeadersThatDoNotFitBesideTheOnesBeforeEnterOnceThoseAreGone) {
    FramedStation station(16);
    station.send(unit('C', "") + large_header(80, 'a') + large_header(80, 'a') + unit('S', "x"));
    const StreamOffset of_second = station.head();
    station.send(unit('C', "") + large_header(80, 'b') + large_header(80, 'b') + unit('S', "y"));
    EXPECT_EQ(station.headers_at(of_second - 1).size(), 160'004U);
    EXPECT_EQ(station.headers_at(station.head() - 1), "") << "not those of the chain before";
    EXPECT_LT(station->join({}).offset, of_second);
    station.send_a_window_of('S');
    EXPECT_EQ(station.headers_at(station.head() - 1).substr(10),
              (unit('C', "") + large_header(80, 'b') + large_header(80, 'b')).substr(10));
    EXPECT_GT(station->join({}).offset, of_second);
}

TEST(StationFraming, TitlesInTheStreamAreHandedOn) {
    FramedStation station;
    EXPECT_FALSE(station->take_stream_title());
    station.send(unit('T', "Artist - Song"));
    EXPECT_EQ(station->take_stream_title(), "Artist - Song");
    EXPECT_FALSE(station->take_stream_title());
}

/// A listener that joins where nothing is published yet: which headers it needs is known only with
/// the first byte.
TEST(StationFraming, AListenerAtTheHeadGetsTheHeadersThatHoldThere) {
    FramedStation station;
    station.send(unit('C', std::string(500, 'o')) + unit('S', "x"));
    station.send(unit('C', "n"));
    const ListenerCursor early(*station, 0, station.head());
    CursorState state = early.begin(station.head());
    SendPlan plan;
    early.plan(state, 10'000, plan);
    EXPECT_EQ(plan.bytes, 0U);
    EXPECT_EQ(early.due(state), 0U);
    station.send(unit('S', "y"));
    const ListenerCursor cursor(*station, 0, station.head());
    cursor.plan(state, 10'000, plan);
    ASSERT_EQ(plan.count, 2U);
    EXPECT_EQ(plan.segments[0].size(), unit('C', "n").size());
    EXPECT_EQ(plan.bytes, unit('C', "n").size() + 5);
}

}  // namespace
}  // namespace ringcast::core
