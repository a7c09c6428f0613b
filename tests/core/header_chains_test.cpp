// SPDX-License-Identifier: Apache-2.0
#include "core/header_chains.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <deque>
#include <memory>
#include <random>

#include "tests/support/core_station.hpp"
#include "tests/support/random.hpp"

namespace ringcast::core {
namespace {

using tests::copy_of;

std::vector<std::byte> blob(std::size_t size, std::size_t seed) {
    std::vector<std::byte> bytes(size);
    for (std::size_t i = 0; i < size; ++i) {
        bytes[i] = static_cast<std::byte>(seed * 31 + i * 7 + i / 251);
    }
    return bytes;
}

struct Chains {
    std::unique_ptr<ChainRecord> record = std::make_unique<ChainRecord>();
    HeaderChains chains{*record};
    HeaderChains* operator->() { return &chains; }
    [[nodiscard]] std::vector<std::byte> at(StreamOffset offset) const {
        return copy_of(chains.at(offset).headers);
    }
};

TEST(HeaderChains, NoneHoldAtFirst) {
    Chains chains;
    EXPECT_EQ(chains->at(0).id, 0U);
    EXPECT_TRUE(chains->at(0).headers.empty());
}

TEST(HeaderChains, HeadersHoldFromTheirByteToTheNextChain) {
    Chains chains;
    ASSERT_TRUE(chains->enter(blob(10, 1), 100, 0));
    ASSERT_TRUE(chains->enter(blob(20, 2), 200, 0));
    EXPECT_EQ(chains->at(99).id, 0U);
    EXPECT_EQ(chains.at(100), blob(10, 1));
    EXPECT_EQ(chains.at(199), blob(10, 1));
    EXPECT_EQ(chains.at(200), blob(20, 2));
    EXPECT_NE(chains->at(199).id, chains->at(200).id);
}

TEST(HeaderChains, AChainWithoutHeadersNeedsNone) {
    Chains chains;
    ASSERT_TRUE(chains->enter(blob(10, 1), 0, 0));
    ASSERT_TRUE(chains->enter({}, 50, 0));
    EXPECT_EQ(chains->at(50).id, 0U);
    EXPECT_TRUE(chains->at(50).headers.empty());
    EXPECT_EQ(chains.at(49), blob(10, 1));
}

TEST(HeaderChains, ABlobAsLargeAsTheAreaFitsWhenItIsAlone) {
    Chains chains;
    EXPECT_TRUE(chains->enter(blob(kStreamHeadersBytesMax, 1), 0, 0));
    EXPECT_EQ(chains.at(7), blob(kStreamHeadersBytesMax, 1));
}

TEST(HeaderChains, WhatOffsetsInTheWindowNeedIsNeverOverwritten) {
    Chains chains;
    const auto large = blob(kStreamHeadersBytesMax * 2 / 3, 1);
    ASSERT_TRUE(chains->enter(large, 0, 0));
    EXPECT_FALSE(chains->enter(large, 100, 0));
    EXPECT_FALSE(chains->enter(large, 100, 99));
    EXPECT_EQ(chains.at(100), large) << "a refusal changes nothing";
    ASSERT_TRUE(chains->enter({}, 100, 0));
    EXPECT_FALSE(chains->enter(large, 200, 99)) << "byte 99 still needs the first";
    EXPECT_TRUE(chains->enter(large, 200, 100));
}

TEST(HeaderChains, MoreChainsThanCanBeKeptAreRefusedUntilTheWindowMoves) {
    Chains chains;
    for (StreamOffset i = 0; i < kChainsMax; ++i) {
        ASSERT_TRUE(chains->enter(blob(10, static_cast<unsigned>(i)), i * 10, 0));
    }
    EXPECT_FALSE(chains->enter(blob(10, 99), 1000, 0));
    EXPECT_FALSE(chains->enter(blob(10, 99), 1000, 9));
    ASSERT_TRUE(chains->enter(blob(10, 99), 1000, 10));
    EXPECT_EQ(chains.at(10), blob(10, 1));
    EXPECT_EQ(chains.at(1000), blob(10, 99));
}

TEST(HeaderChains, TheAreaIsUsedAroundItsEnd) {
    Chains chains;
    constexpr std::size_t kThird = kStreamHeadersBytesMax / 3;
    for (unsigned i = 0; i < 50; ++i) {
        const StreamOffset from = StreamOffset{i} * 100;
        ASSERT_TRUE(chains->enter(blob(kThird - i, i), from, from > 100 ? from - 100 : 0)) << i;
        if (i > 0) {
            ASSERT_EQ(chains.at(from - 1), blob(kThird - i + 1, i - 1));
        }
    }
}

struct ModelChain {
    StreamOffset from;
    std::vector<std::byte> headers;
};

/// What the model's newest chain at or before `offset` says.
const std::vector<std::byte>& expected_at(const std::deque<ModelChain>& model,
                                          StreamOffset offset) {
    static const std::vector<std::byte> kNoHeaders;
    const auto found = std::find_if(model.rbegin(), model.rend(),
                                    [&](const ModelChain& chain) { return chain.from <= offset; });
    return found == model.rend() ? kNoHeaders : found->headers;
}

TEST(HeaderChains, EveryByteOfTheWindowKeepsItsHeadersWhateverTheirSizes) {
    for (const unsigned seed : {5U, std::random_device{}()}) {
        SCOPED_TRACE("seed " + std::to_string(seed));
        tests::Random random(seed);
        Chains chains;
        std::deque<ModelChain> model;
        StreamOffset head = 0;
        StreamOffset low = 0;
        std::uint32_t entered = 0;
        std::uint32_t refused = 0;
        constexpr std::uint32_t kSteps = tests::model_steps(3000);
        for (std::uint32_t step = 0; step < kSteps; ++step) {
            head += random() % 500;
            low = std::max(low, head > 3000 ? head - 3000 : 0);
            const std::size_t scale = std::size_t{1} << random() % 18;
            auto headers = blob(random() % 5 == 0 ? 0 : random() % scale + scale / 2, random());
            if (chains->enter(headers, head, low)) {
                ++entered;
                model.push_back({head, std::move(headers)});
            } else {
                ++refused;
            }
            while (model.size() > 1 && model[1].from <= low) {
                model.pop_front();
            }
            head += 1 + random() % 100;
            for (const StreamOffset offset : {low, low + random() % (head - low), head - 1}) {
                ASSERT_EQ(chains.at(offset), expected_at(model, offset)) << step;
            }
        }
        EXPECT_GT(entered, kSteps / 6);
        EXPECT_GT(refused, 0U);
    }
}

}  // namespace
}  // namespace ringcast::core
