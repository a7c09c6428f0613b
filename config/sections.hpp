// SPDX-License-Identifier: Apache-2.0
// The objects and arrays of the file, as a table: where each lies in Config, and which rows of the
// settings table (fields.hpp) stand in it.
#pragma once

#include <cstddef>
#include <span>
#include <string_view>
#include <variant>

#include "config/config.hpp"

namespace ringcast::config {

/// The structs that hold fields.
using Holder =
    std::variant<Config*, Server*, Listen*, Pool*, Limits*, Fanout*, Log*, Credentials*, Station*>;

/// An object of the file, or an array of objects ("listen[]").
struct Section {
    std::string_view path;
    std::string_view rows{};  ///< the section whose rows hold here too; or empty
    Holder (*at)(Config& config, std::size_t index) = nullptr;
    void (*resize)(Config& config, std::size_t size) = nullptr;  ///< arrays only
    std::size_t items_min = 0;
    std::size_t items_max = 0;
    std::string_view text{};

    [[nodiscard]] constexpr bool is_array() const { return resize != nullptr; }
};

/// In the order in which the file is read: station_defaults before stations.
[[nodiscard]] std::span<const Section> sections();

/// "auth.source" of "auth.source.user"; "" of "auth".
[[nodiscard]] std::string_view parent_path(std::string_view path);
/// "user" of "auth.source.user", "listen" of "listen[]".
[[nodiscard]] std::string_view key_of(std::string_view path);

/// True when `child` stands in `section`.
[[nodiscard]] bool belongs(const Section& child, const Section& section);

}  // namespace ringcast::config
