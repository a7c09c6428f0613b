// SPDX-License-Identifier: Apache-2.0
#include "core/title_timeline.hpp"

#include <gtest/gtest.h>

#include <memory>

namespace ringcast::core {
namespace {

struct Timeline {
    std::unique_ptr<TitleRecord> record = std::make_unique<TitleRecord>();
    TitleTimeline timeline{*record};
    TitleTimeline* operator->() { return &timeline; }

    /// The title that is shown at `offset`.
    [[nodiscard]] std::string at(StreamOffset offset) const {
        const TitleTimeline::Title title = timeline.at(offset);
        return icy::decode_text(title.block.subspan(1)).title;
    }
    /// Enters `count` titles, one every ten bytes from `from` on, named after their offset.
    void enter_many(std::size_t count, StreamOffset from, StreamOffset low) {
        for (std::size_t i = 0; i < count; ++i, from += 10) {
            ASSERT_TRUE(timeline.enter(std::to_string(from), "", from, low)) << from;
        }
    }
};

TEST(TitleTimeline, ShowsAnEmptyTitleUntilThereIsOne) {
    Timeline timeline;
    const TitleTimeline::Title title = timeline->at(1000);
    EXPECT_EQ(title.number, 0U);
    EXPECT_EQ(title.block.size(), 17U);
    EXPECT_EQ(title.block[0], std::byte{1});
    EXPECT_TRUE(icy::decode_text(title.block.subspan(1)).has_title);
}

TEST(TitleTimeline, ATitleHoldsFromItsByteToTheNextOne) {
    Timeline timeline;
    ASSERT_TRUE(timeline->enter("one", "", 100, 0));
    ASSERT_TRUE(timeline->enter("two", "", 200, 0));
    EXPECT_EQ(timeline->at(99).number, 0U);
    EXPECT_EQ(timeline.at(100), "one");
    EXPECT_EQ(timeline.at(199), "one");
    EXPECT_EQ(timeline.at(200), "two");
    EXPECT_EQ(timeline->at(200).number, timeline->at(199).number + 1);
}

TEST(TitleTimeline, ATitleWithoutABytePublishedIsReplaced) {
    Timeline timeline;
    ASSERT_TRUE(timeline->enter("one", "", 100, 0));
    ASSERT_TRUE(timeline->enter("two", "", 200, 0));
    ASSERT_TRUE(timeline->enter("three", "", 200, 0));
    EXPECT_EQ(timeline.at(200), "three");
    EXPECT_EQ(timeline->at(200).number, 2U) << "nobody has seen the one before";
    EXPECT_EQ(timeline.at(199), "one");
}

TEST(TitleTimeline, AFullTimelineRefusesAndChangesNothing) {
    Timeline timeline;
    timeline.enter_many(kTitlesMax, 0, 0);
    const StreamOffset next = kTitlesMax * 10;
    EXPECT_FALSE(timeline->enter("more", "", next, 0));
    EXPECT_FALSE(timeline->enter("more", "", next, 9)) << "byte 9 still has the oldest title";
    for (StreamOffset offset = 0; offset < next; offset += 10) {
        EXPECT_EQ(timeline.at(offset + 9), std::to_string(offset));
    }
}

TEST(TitleTimeline, AnEntryIsFreeOnceNoByteOfTheWindowHasIt) {
    Timeline timeline;
    timeline.enter_many(kTitlesMax, 0, 0);
    ASSERT_TRUE(timeline->enter("more", "", 1000, 10));
    EXPECT_EQ(timeline.at(10), "10");
    EXPECT_EQ(timeline.at(1000), "more");
    EXPECT_FALSE(timeline->enter("again", "", 1010, 19));
    EXPECT_TRUE(timeline->enter("again", "", 1010, 20));
}

TEST(TitleTimeline, TheNewestCanBeReplacedEvenWhenItIsFull) {
    Timeline timeline;
    timeline.enter_many(kTitlesMax, 0, 0);
    const StreamOffset newest = (kTitlesMax - 1) * 10;
    EXPECT_TRUE(timeline->enter("other", "", newest, 0));
    EXPECT_EQ(timeline.at(newest), "other");
    EXPECT_EQ(timeline.at(0), "0");
}

TEST(TitleTimeline, EveryByteOfTheWindowKeepsItsTitleOverManyTitles) {
    Timeline timeline;
    constexpr StreamOffset kWindow = 280;
    for (StreamOffset from = 0; from < 20000; from += 10) {
        const StreamOffset low = from > kWindow ? from - kWindow : 0;
        ASSERT_TRUE(timeline->enter(std::to_string(from), "", from, low));
        for (StreamOffset offset = low; offset <= from; offset += 7) {
            ASSERT_EQ(timeline.at(offset), std::to_string(offset / 10 * 10));
        }
    }
}

}  // namespace
}  // namespace ringcast::core
