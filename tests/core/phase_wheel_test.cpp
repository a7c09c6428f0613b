// SPDX-License-Identifier: Apache-2.0
#include "core/phase_wheel.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <set>
#include <vector>

#include "tests/support/random.hpp"

namespace ringcast::core {
namespace {

struct Wheel {
    std::vector<ListenerRecord> records;
    PhaseWheel wheel;
    explicit Wheel(std::uint32_t ticks_max, std::size_t listeners = 16)
        : records(listeners), wheel(ticks_max, records) {}
    PhaseWheel* operator->() { return &wheel; }

    /// The records that are due at the next step.
    std::set<std::uint32_t> advance() {
        std::set<std::uint32_t> due;
        for (std::uint32_t at = wheel.advance(); at != kNone; at = records[at].next) {
            EXPECT_TRUE(due.insert(at).second);
        }
        return due;
    }
};

using Due = std::set<std::uint32_t>;

TEST(PhaseWheel, AListenerIsDueAfterAsManyStepsAsItAskedFor) {
    Wheel wheel(4);
    wheel->add(0, 1);
    wheel->add(1, 3);
    wheel->add(2, 4);
    wheel->add(3, 3);
    EXPECT_EQ(wheel.advance(), Due{0});
    EXPECT_EQ(wheel.advance(), Due{});
    EXPECT_EQ(wheel.advance(), (Due{1, 3}));
    EXPECT_EQ(wheel.advance(), Due{2});
    EXPECT_EQ(wheel.advance(), Due{});
}

TEST(PhaseWheel, AListenerIsDueOnceUntilItIsAddedAgain) {
    Wheel wheel(3);
    for (int turn = 0; turn < 10; ++turn) {
        wheel->add(5, 3);
        EXPECT_EQ(wheel.advance(), Due{});
        EXPECT_EQ(wheel.advance(), Due{});
        EXPECT_EQ(wheel.advance(), Due{5});
    }
}

TEST(PhaseWheel, NewListenersLevelTheLoad) {
    Wheel wheel(40, 400);
    constexpr std::uint32_t kInterval = 10;
    for (std::uint32_t index = 0; index < 400; ++index) {
        wheel->add(index, wheel->level(kInterval));
    }
    for (std::uint32_t step = 0; step < kInterval; ++step) {
        EXPECT_EQ(wheel.advance().size(), 40U);
    }
    EXPECT_EQ(wheel.advance(), Due{}) << "nobody waits longer than its interval";
}

TEST(PhaseWheel, TheFirstOfEquallyLoadedStepsIsTaken) {
    Wheel wheel(8);
    EXPECT_EQ(wheel->level(8), 1U);
    wheel->add(0, 1);
    EXPECT_EQ(wheel->level(8), 2U);
    EXPECT_EQ(wheel->level(1), 1U) << "it has no choice";
    (void)wheel.advance();
    EXPECT_EQ(wheel->level(8), 1U) << "a step that is past weighs nothing";
}

TEST(PhaseWheelDeathTest, AStepOutsideTheWheelIsABug) {
    GTEST_FLAG_SET(death_test_style, "threadsafe");
    Wheel wheel(4);
    EXPECT_DEATH(wheel->add(0, 0), "within the wheel");
    EXPECT_DEATH(wheel->add(0, 5), "within the wheel");
}

TEST(PhaseWheel, LosesNobodyOverManySteps) {
    for (const unsigned seed : {2U, std::random_device{}()}) {
        SCOPED_TRACE("seed " + std::to_string(seed));
        tests::Random random(seed);
        constexpr std::uint32_t kListeners = 50;
        Wheel wheel(13, kListeners);
        std::vector<std::uint32_t> due_at(kListeners);
        for (std::uint32_t index = 0; index < kListeners; ++index) {
            wheel->add(index, due_at[index] = 1 + random() % 13);
        }
        for (std::uint32_t now = 1; now < 5000; ++now) {
            Due expected;
            for (std::uint32_t index = 0; index < kListeners; ++index) {
                if (due_at[index] == now) {
                    expected.insert(index);
                }
            }
            ASSERT_EQ(wheel.advance(), expected);
            for (const std::uint32_t index : expected) {
                const std::uint32_t ticks = 1 + random() % 13;
                due_at[index] = now + ticks;
                wheel->add(index, ticks);
            }
        }
    }
}

}  // namespace
}  // namespace ringcast::core
