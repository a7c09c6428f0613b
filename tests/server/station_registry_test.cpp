// SPDX-License-Identifier: Apache-2.0
#include "server/stations/station_registry.hpp"

#include <gtest/gtest.h>

#include "tests/support/server_rig.hpp"

namespace ringcast::server::stations {
namespace {

using tests::ServerRig;

Writer writer(std::uint64_t id, const std::string& user = "source") {
    return {.id = id, .worker = 0, .is_input = false, .user = user, .content_type = "audio/mpeg"};
}

StationSettings settings(const std::string& mount, bool dynamic = false) {
    StationSettings result;
    result.mount = mount;
    result.ring_bytes = core::kExtentBytesMin;
    result.dynamic = dynamic;
    return result;
}

class StationEntryTest : public testing::Test {
  protected:
    ServerRig rig_;
    std::shared_ptr<StationEntry> entry_ = rig_.station(settings("/live"));
};

TEST_F(StationEntryTest, OneWriterAtATime) {
    EXPECT_FALSE(entry_->claim(writer(1), 0));
    const std::optional<Writer> holder = entry_->claim(writer(2), 0);
    ASSERT_TRUE(holder);
    EXPECT_EQ(holder->id, 1U);
    EXPECT_EQ(entry_->writer().id, 1U);
    entry_->release_writer(1, 0);
    EXPECT_FALSE(entry_->claim(writer(2), 0));
}

TEST_F(StationEntryTest, SilenceIsCountedFromTheClaim) {
    entry_->frame_published(1000);
    EXPECT_FALSE(entry_->claim(writer(1), 50'000));
    EXPECT_EQ(entry_->last_frame_ms(), 50'000);
}

TEST_F(StationEntryTest, ReleasedStationIsNotShownAsLive) {
    EXPECT_FALSE(entry_->claim(writer(1), 0));
    EXPECT_TRUE(entry_->broadcast().live);
    entry_->release_writer(1, 0);
    EXPECT_FALSE(entry_->broadcast().live);
}

TEST_F(StationEntryTest, SameTypeGoesOnAndAnotherOneStartsAfresh) {
    const std::uint32_t before = entry_->generation();
    EXPECT_FALSE(entry_->change_type("audio/mpeg"));
    EXPECT_EQ(entry_->generation(), before);
    EXPECT_TRUE(entry_->change_type("audio/aac"));
    EXPECT_EQ(entry_->generation(), before + 1);
}

TEST_F(StationEntryTest, WebmNeverGoesOn) {
    EXPECT_TRUE(entry_->change_type("audio/webm"));
    EXPECT_TRUE(entry_->change_type("audio/webm"));
}

TEST_F(StationEntryTest, BroadcastTellsTheGenerationOfItsBytes) {
    EXPECT_EQ(entry_->broadcast().generation, entry_->generation());
    EXPECT_TRUE(entry_->change_type("audio/aac"));
    EXPECT_NE(entry_->broadcast().generation, entry_->generation());
    entry_->set_broadcast({});
    EXPECT_EQ(entry_->broadcast().generation, entry_->generation());
}

TEST(StationEntryLimits, FullStationAdmitsNobodyUntilOneLeaves) {
    ServerRig rig;
    StationSettings two = settings("/two");
    two.max_listeners = 2;
    const auto entry = rig.station(two);
    EXPECT_EQ(entry->admit_listener(), StationEntry::Admission::Admitted);
    EXPECT_EQ(entry->admit_listener(), StationEntry::Admission::Admitted);
    EXPECT_EQ(entry->admit_listener(), StationEntry::Admission::Full);
    entry->listener_left(0);
    EXPECT_EQ(entry->admit_listener(), StationEntry::Admission::Admitted);
    EXPECT_EQ(entry->listeners(), 2U);
    EXPECT_EQ(entry->station().record().counters.listener_peak.load(), 2U);
    EXPECT_EQ(entry->station().record().counters.listener_connections.load(), 3U);
}

TEST_F(StationEntryTest, RetiresOnlyAfterBothWriterAndListenersAreGoneLongEnough) {
    EXPECT_FALSE(entry_->claim(writer(1), 0));
    EXPECT_FALSE(entry_->retire(1'000'000'000'000, 30'000));
    ASSERT_EQ(entry_->admit_listener(), StationEntry::Admission::Admitted);
    entry_->release_writer(1, 1000);
    EXPECT_FALSE(entry_->retire(1'000'000'000'000, 30'000));
    entry_->listener_left(5000);
    EXPECT_FALSE(entry_->retire(34'999, 30'000));
    EXPECT_TRUE(entry_->retire(35'000, 30'000));
}

TEST_F(StationEntryTest, RetiredOneIsNobodysAnyMore) {
    ASSERT_TRUE(entry_->retire(1'000'000'000'000, 0));
    EXPECT_EQ(entry_->admit_listener(), StationEntry::Admission::Gone);
    const std::optional<Writer> holder = entry_->claim(writer(1), 0);
    ASSERT_TRUE(holder);
    EXPECT_EQ(holder->id, 0U) << "look it up again";
}

TEST(StationRegistry, MountIsOneStation) {
    ServerRig rig;
    const auto first = rig.registry.add(settings("/live"));
    const auto second = rig.registry.add(settings("/live"));
    ASSERT_TRUE(first && second);
    EXPECT_EQ(*first, *second);
    EXPECT_EQ(rig.registry.find("/live"), *first);
    EXPECT_EQ(rig.registry.find("/other"), nullptr);
    EXPECT_EQ(&rig.registry.at((*first)->index()), first->get());
}

TEST(StationRegistry, FullTableAndFullPoolAreErrorsThatChangeNothing) {
    ServerRig table({.extents = 8, .stations = 1});
    ASSERT_TRUE(table.registry.add(settings("/a")));
    EXPECT_EQ(table.registry.add(settings("/b")).error().code, core::Errc::TableFull);
    ServerRig pool({.extents = 1, .stations = 4});
    ASSERT_TRUE(pool.registry.add(settings("/a")));
    EXPECT_EQ(pool.registry.add(settings("/b")).error().code, core::Errc::PoolExhausted);
    EXPECT_EQ(pool.registry.all().size(), 1U);
}

TEST(StationRegistry, OnlyIdleDynamicStationsAreRemoved) {
    constexpr std::int64_t kLater = 1'000'000'000'000;
    ServerRig rig;
    ASSERT_TRUE(rig.registry.add(settings("/configured")));
    ASSERT_TRUE(rig.registry.add(settings("/idle", true)));
    const auto busy = rig.registry.add(settings("/busy", true));
    ASSERT_TRUE(busy);
    EXPECT_FALSE((*busy)->claim(writer(1), 0));
    const auto removed = rig.registry.remove_idle(kLater, 30'000);
    ASSERT_EQ(removed.size(), 1U);
    EXPECT_EQ(removed.front()->mount(), "/idle");
    EXPECT_EQ(rig.registry.find("/idle"), nullptr);
    EXPECT_EQ(rig.registry.all().size(), 2U);
}

TEST(StationRegistry, RingAndPlaceAreFreeOnceTheLastHolderLetsGo) {
    ServerRig rig({.extents = 1, .stations = 1});
    auto held = *rig.registry.add(settings("/first", true));
    ASSERT_EQ(rig.registry.remove_idle(1'000'000'000'000, 0).size(), 1U);
    EXPECT_EQ(rig.registry.add(settings("/second")).error().code, core::Errc::TableFull);
    held.reset();
    EXPECT_EQ(rig.pool->free_extents(), 1U);
    const auto second = rig.registry.add(settings("/second"));
    ASSERT_TRUE(second);
    EXPECT_EQ((*second)->listeners(), 0U);
}

}  // namespace
}  // namespace ringcast::server::stations
