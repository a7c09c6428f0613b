// SPDX-License-Identifier: Apache-2.0
// The settings table: every key of the file, once. Reading, validation, the JSON Schema, the docs
// and the reload class of a key all follow from its row. To add a key: a member in config.hpp (its
// initialiser is the default), a row in fields.cpp, a test.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <variant>

#include "config/config.hpp"
#include "config/sections.hpp"
#include "config/text_rules.hpp"

namespace ringcast::config {

/// The types that a field can have.
using Slot = std::variant<std::string*, bool*, std::optional<bool>*, std::uint16_t*, std::uint32_t*,
                          Bytes*, Duration*, Burst*, LogLevel*, LogFormat*, Takeover*, Charset*>;

/// When a changed value holds after a reload.
enum class ReloadClass : std::uint8_t {
    Live,            ///< at once, for what is connected too
    NewConnections,  ///< for sources and listeners that connect from then on
    Restart,         ///< when the server starts again
};

/// A value that a field takes besides those in its bounds, stored as 0: the number 0, or "auto".
enum class Special : std::uint8_t { None, ZeroIsOff, Auto };

/// Of a count itself, a size in bytes, a duration in ms, the length of a text in bytes. A burst is
/// bounded on its own (value.cpp), flags and choices are not.
struct Bounds {
    std::uint64_t min = 0;
    std::uint64_t max = 0;
};

struct Field {
    std::string_view path;  ///< "limits.header_timeout", "stations[].ring", "dynamic_stations"
    Slot (*slot)(const Holder& holder) = nullptr;
    Bounds bounds{};
    Special special = Special::None;
    bool required = false;  ///< must stand in its object if that is there
    bool secret = false;    ///< never shown in a message
    ReloadClass reload = ReloadClass::Restart;
    const TextRule* rule = nullptr;
    std::string_view unit{};          ///< of a count
    std::string_view default_text{};  ///< where the default is not a constant: what it is
    std::string_view text{};
};

[[nodiscard]] std::span<const Field> fields();

/// True when `field` may stand in `section`. station_defaults takes the rows of stations[] but the
/// required ones: what every station must say itself has no default.
[[nodiscard]] bool belongs(const Field& field, const Section& section);
/// The member of `field` in `config`; of an array in its first entry, which must be there.
[[nodiscard]] Slot slot_in(const Field& field, Config& config);

/// The reload class of "stations[].ring", also written "stations[3].ring" or
/// "station_defaults.ring"; nothing when no such key exists.
[[nodiscard]] std::optional<ReloadClass> reload_class(std::string_view path);

[[nodiscard]] std::string_view to_string(ReloadClass reload);

}  // namespace ringcast::config
