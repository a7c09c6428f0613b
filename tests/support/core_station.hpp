// SPDX-License-Identifier: Apache-2.0
// A pool with one station of the pass-through format, and bytes that tell where they stand.
#pragma once

#include <gtest/gtest.h>

#include <cstddef>
#include <memory>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include "core/block_pool.hpp"
#include "core/station.hpp"

namespace ringcast::tests {

/// The byte that stands at `offset` of a test stream; another one a ring's capacity further.
constexpr std::byte byte_at(core::StreamOffset offset) {
    return static_cast<std::byte>((offset * 0x9E3779B97F4A7C15U) >> 56U);
}

inline std::span<const std::byte> bytes_view(std::string_view text) {
    return std::as_bytes(std::span(text));
}

inline std::vector<std::byte> copy_of(std::span<const std::byte> bytes) {
    return {bytes.begin(), bytes.end()};
}

/// `value` of a result that must be one.
template <class T>
T take(core::Result<T> result) {
    EXPECT_TRUE(result.has_value()) << (result ? "" : result.error().message);
    return std::move(*result);
}

class CoreStation {
  public:
    explicit CoreStation(std::uint32_t extents = 1,
                         std::string_view content_type = "application/octet-stream")
        : pool_(take(core::BlockPool::create({.extents = extents, .stations = 1}))),
          station_(take(core::Station::create(*pool_, pool_->stations()[0], "/test",
                                              extents * core::kExtentBytesMin))) {
        EXPECT_TRUE(station_->begin_source(content_type, true));
    }

    core::Station& operator*() { return *station_; }
    core::Station* operator->() { return station_.get(); }
    [[nodiscard]] const core::Station& station() const { return *station_; }
    [[nodiscard]] core::BlockPool& pool() { return *pool_; }

    /// Sends `bytes` as a source would and returns how many were published.
    std::size_t publish(std::span<const std::byte> bytes, std::uint64_t elapsed_us = 1000) {
        const std::span<std::byte> span = station_->prepare(bytes.size());
        EXPECT_EQ(span.size(), bytes.size());
        std::copy(bytes.begin(), bytes.end(), span.begin());
        return station_->publish(bytes.size(), elapsed_us);
    }

    /// Publishes `size` more of byte_at().
    void publish_pattern(std::size_t size, std::uint64_t elapsed_us = 1000) {
        std::vector<std::byte> bytes(size);
        const core::StreamOffset head = station_->ring().head();
        for (std::size_t i = 0; i < size; ++i) {
            bytes[i] = byte_at(head + i);
        }
        EXPECT_EQ(publish(bytes, elapsed_us), size);
    }

  private:
    std::unique_ptr<core::BlockPool> pool_;
    std::unique_ptr<core::Station> station_;
};

}  // namespace ringcast::tests
