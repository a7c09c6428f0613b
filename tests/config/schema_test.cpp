// SPDX-License-Identifier: Apache-2.0
// What is made from the settings table: the JSON Schema, docs/config.md, and the example beside it.
#include "config/schema.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>

#include "config/fields.hpp"
#include "config/parse.hpp"
#include "config/value.hpp"

namespace ringcast::config {
namespace {

using Json = nlohmann::ordered_json;

/// The schema of the object at `path` ("stations[]"), or null.
Json schema_of(const Json& schema, std::string_view path) {
    if (path.empty()) {
        return schema;
    }
    const Json parent = schema_of(schema, parent_path(path));
    const Json child = parent.value("properties", Json::object()).value(key_of(path), Json());
    return path.ends_with("[]") ? child.value("items", Json()) : child;
}

std::string read_doc(const std::string& name) {
    std::ifstream file(RINGCAST_DOCS "/" + name, std::ios::binary);
    EXPECT_TRUE(file.is_open()) << name;
    return {std::istreambuf_iterator<char>(file), {}};
}

TEST(Schema, IsADraft202012SchemaOfAnObject) {
    const Json schema = Json::parse(json_schema());
    EXPECT_EQ(schema["$schema"], "https://json-schema.org/draft/2020-12/schema");
    EXPECT_EQ(schema["type"], "object");
}

TEST(Schema, HasEveryRowWithTextDefaultAndReloadClass) {
    const Json schema = Json::parse(json_schema());
    Config sample;
    sample.stations.resize(1);
    for (const Section& section : sections()) {
        for (const Field& field : fields()) {
            if (!belongs(field, section)) {
                continue;
            }
            SCOPED_TRACE(std::string(section.path) + " " + std::string(field.path));
            const Json object = schema_of(schema, section.path);
            ASSERT_TRUE(object["properties"].contains(key_of(field.path)));
            const Json key = object["properties"][std::string(key_of(field.path))];
            EXPECT_EQ(key["description"], field.text);
            EXPECT_EQ(key["x-reload"], to_string(field.reload));
            EXPECT_TRUE(key.contains("type") || key.contains("anyOf") || key.contains("enum"));
            const bool constant = !field.required && field.default_text.empty();
            EXPECT_EQ(key.contains("default"), constant);
            if (constant) {
                EXPECT_EQ(key["default"].dump(), to_json(field, slot_in(field, sample)));
            }
        }
    }
}

TEST(Schema, AllowsNoOtherKeyThanTheRows) {
    const Json schema = Json::parse(json_schema());
    for (const Section& section : sections()) {
        SCOPED_TRACE(section.path);
        const Json object = schema_of(schema, section.path);
        EXPECT_EQ(object["additionalProperties"], false);
        const auto rows = std::ranges::count_if(
            fields(), [&](const Field& field) { return belongs(field, section); });
        const auto children = std::ranges::count_if(
            sections(), [&](const Section& child) { return belongs(child, section); });
        EXPECT_EQ(object["properties"].size(), static_cast<std::size_t>(rows + children));
    }
}

TEST(Schema, SaysWhichKeysAreRequiredAndHowManyEntriesAnArrayHas) {
    const Json schema = Json::parse(json_schema());
    EXPECT_EQ(schema_of(schema, "stations[]")["required"], Json({"mount"}));
    EXPECT_EQ(schema_of(schema, "auth.admin")["required"], Json({"password"}));
    EXPECT_FALSE(schema_of(schema, "station_defaults").contains("required"));
    EXPECT_EQ(schema["properties"]["listen"]["minItems"], 1);
    EXPECT_EQ(schema["properties"]["stations"]["maxItems"], 10'000);
}

TEST(Schema, HasTheValuesOfEachKindOfKey) {
    const Json schema = Json::parse(json_schema());
    const Json limits = schema["properties"]["limits"]["properties"];
    EXPECT_EQ(limits["listener_skips_max"]["anyOf"].dump(),
              R"([{"const":0},{"type":"integer","minimum":1,"maximum":1000000}])");
    EXPECT_EQ(limits["header_timeout"]["anyOf"][0].dump(),
              R"({"type":"number","minimum":1.0,"maximum":600.0})");
    EXPECT_EQ(limits["header_size"]["anyOf"][0].dump(),
              R"({"type":"integer","minimum":4096,"maximum":1048576})");
    const Json station = schema_of(schema, "stations[]")["properties"];
    EXPECT_EQ(station["delivery"]["anyOf"][0].dump(), R"({"const":"auto"})");
    EXPECT_EQ(station["takeover"]["enum"].dump(), R"(["silent","always","never"])");
    EXPECT_EQ(station["public"]["type"], "boolean");
    EXPECT_EQ(station["mount"]["pattern"], "^/");
    EXPECT_EQ(station["name"]["maxLength"], 255);
}

TEST(Docs, ConfigPageIsTheOneOfTheSettingsTable) {
    EXPECT_TRUE(read_doc("config.md") == config_markdown())
        << "docs/config.md is out of date: ringcast schema --markdown > docs/config.md";
}

TEST(Docs, ConfigPageHasEveryRow) {
    const std::string page = config_markdown();
    for (const Field& field : fields()) {
        EXPECT_NE(page.find("| `" + std::string(key_of(field.path)) + "` | "), std::string::npos)
            << field.path;
        EXPECT_NE(page.find(field.text), std::string::npos) << field.path;
    }
}

TEST(Docs, ExampleOfTheConfigPageIsAccepted) {
    const std::string page = config_markdown();
    const std::size_t begin = page.find("```json\n") + 8;
    const std::string text = page.substr(begin, page.find("```", begin) - begin);
    EXPECT_TRUE(parse_config(text).has_value()) << text;
}

TEST(Docs, ExampleFileIsAccepted) {
    const auto config = parse_config(read_doc("ringcast.example.json"));
    ASSERT_TRUE(config.has_value()) << to_string(config.error().front());
    EXPECT_EQ(config->stations.size(), 3U);
}

}  // namespace
}  // namespace ringcast::config
