// SPDX-License-Identifier: Apache-2.0
#include "config/fields.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <string>

#include "config/choices.hpp"
#include "config/json_tree.hpp"
#include "config/value.hpp"

namespace ringcast::config {
namespace {

Config sample() {
    Config config;
    config.stations.resize(1);
    return config;
}

TEST(Fields, EveryPathIsUniqueAndStandsInASection) {
    std::set<std::string_view> paths;
    for (const Field& field : fields()) {
        SCOPED_TRACE(field.path);
        EXPECT_TRUE(paths.insert(field.path).second);
        EXPECT_TRUE(std::ranges::any_of(sections(), [&](const Section& section) {
            return section.path == parent_path(field.path);
        }));
    }
}

TEST(Fields, EveryRowHasAMemberOfItsOwn) {
    Config config = sample();
    std::set<const void*> members;
    for (const Field& field : fields()) {
        SCOPED_TRACE(field.path);
        const void* const member =
            std::visit([](auto* typed) -> const void* { return typed; }, slot_in(field, config));
        EXPECT_TRUE(members.insert(member).second);
    }
}

TEST(Fields, EveryDefaultIsAcceptedByItsOwnRow) {
    Config config = sample();
    for (const Field& field : fields()) {
        SCOPED_TRACE(field.path);
        const Slot slot = slot_in(field, config);
        const std::string written = to_json(field, slot);
        if (field.required || !field.default_text.empty()) {
            continue;  // no constant default
        }
        const auto node = parse_json(written);
        ASSERT_TRUE(node.has_value());
        const auto error = read_value(field, *node, slot);
        EXPECT_FALSE(error.has_value()) << to_string(*error);
        EXPECT_EQ(to_json(field, slot), written);
    }
}

TEST(Fields, EveryRowIsExplainedInASentence) {
    for (const Field& field : fields()) {
        SCOPED_TRACE(field.path);
        EXPECT_TRUE(field.text.ends_with('.'));
        EXPECT_EQ(field.text.find('|'), std::string_view::npos) << "would break the table";
    }
}

TEST(Fields, DefaultsOfStationsHoldTheSameKeysButTheRequiredOnes) {
    const auto defaults = std::ranges::find(sections(), "station_defaults", &Section::path);
    const auto stations = std::ranges::find(sections(), "stations[]", &Section::path);
    std::set<std::string_view> missing;
    for (const Field& field : fields()) {
        EXPECT_LE(belongs(field, *defaults), belongs(field, *stations)) << field.path;
        if (belongs(field, *stations) && !belongs(field, *defaults)) {
            missing.insert(field.path);
        }
    }
    EXPECT_EQ(missing, std::set<std::string_view>{"stations[].mount"});
}

TEST(Fields, ReloadClassIsFoundUnderEverySpellingOfAPath) {
    EXPECT_EQ(reload_class("log.level"), ReloadClass::Live);
    EXPECT_EQ(reload_class("dynamic_stations"), ReloadClass::NewConnections);
    EXPECT_EQ(reload_class("auth.source.password"), ReloadClass::NewConnections);
    EXPECT_EQ(reload_class("stations[].ring"), ReloadClass::Restart);
    EXPECT_EQ(reload_class("stations[3].ring"), ReloadClass::Restart);
    EXPECT_EQ(reload_class("station_defaults.ring"), ReloadClass::Restart);
    EXPECT_EQ(reload_class("listen[12].port"), ReloadClass::Restart);
    for (const Field& field : fields()) {
        EXPECT_EQ(reload_class(field.path), field.reload) << field.path;
    }
}

TEST(Fields, ReloadClassOfWhatIsNoKeyIsNothing) {
    for (const std::string_view path :
         {"", "server", "server.nam", "nothing.level", "stations.ring", "stations[",
          "station_defaults.mount", "auth.user", "log.level.x"}) {
        EXPECT_EQ(reload_class(path), std::nullopt) << path;
    }
}

TEST(Fields, PathsAreTakenApartAtTheirLastDot) {
    EXPECT_EQ(parent_path("auth.source.user"), "auth.source");
    EXPECT_EQ(parent_path("auth"), "");
    EXPECT_EQ(key_of("auth.source.user"), "user");
    EXPECT_EQ(key_of("listen[]"), "listen");
    EXPECT_EQ(key_of("dynamic_stations"), "dynamic_stations");
}

}  // namespace
}  // namespace ringcast::config
