// SPDX-License-Identifier: Apache-2.0
#include "config/schema.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <type_traits>

#include "config/choices.hpp"
#include "config/fields.hpp"
#include "config/text_rules.hpp"
#include "config/value.hpp"

namespace ringcast::config {
namespace {

using Json = nlohmann::ordered_json;

constexpr const char* kSizePattern = "^[0-9]+(\\.[0-9]+)? *(B|KiB|MiB|GiB|KB|MB|GB)?$";
constexpr const char* kDurationPattern = "^[0-9]+(\\.[0-9]+)? *(ms|s|min|h)?$";
constexpr const char* kBurstPattern = "^[0-9]+(\\.[0-9]+)? *(ms|s|min|h|B|KiB|MiB|GiB|KB|MB|GB)$";

/// The values of one kind of member, one overload for each.
struct Values {
    const Field& field;

    Json operator()(const std::string* /*member*/) const {
        Json json = {
            {"type", "string"}, {"minLength", field.bounds.min}, {"maxLength", field.bounds.max}};
        if (field.rule == &kMountRule) {
            json["pattern"] = field.bounds.min == 0 ? "^(/.*)?$" : "^/";
        }
        return json;
    }
    Json operator()(const bool* /*member*/) const { return {{"type", "boolean"}}; }
    Json operator()(const std::optional<bool>* /*member*/) const { return {{"type", "boolean"}}; }
    Json operator()(const std::uint16_t* /*member*/) const { return count(); }
    Json operator()(const std::uint32_t* /*member*/) const { return count(); }
    Json operator()(const Bytes* /*member*/) const {
        return {{"anyOf", {count(), {{"type", "string"}, {"pattern", kSizePattern}}}}};
    }
    Json operator()(const Duration* /*member*/) const {
        const Json seconds = {{"type", "number"},
                              {"minimum", static_cast<double>(field.bounds.min) / 1'000},
                              {"maximum", static_cast<double>(field.bounds.max) / 1'000}};
        return {{"anyOf", {seconds, {{"type", "string"}, {"pattern", kDurationPattern}}}}};
    }
    Json operator()(const Burst* /*member*/) const {
        return {{"type", "string"}, {"pattern", kBurstPattern}};
    }
    template <class E>
    requires std::is_enum_v<E> Json operator()(const E* /*member*/) const {
        Json spellings = Json::array();
        for (const Choice<E>& choice : choices(E{})) {
            spellings.push_back(choice.spelling);
        }
        return {{"enum", spellings}};
    }

    [[nodiscard]] Json count() const {
        return {{"type", "integer"}, {"minimum", field.bounds.min}, {"maximum", field.bounds.max}};
    }
};

Json special_or(const Json& special, const Json& values) {
    Json any = Json::array({{{"const", special}}});
    if (values.contains("anyOf")) {
        any.insert(any.end(), values["anyOf"].begin(), values["anyOf"].end());
    } else {
        any.push_back(values);
    }
    return {{"anyOf", any}};
}

Json field_schema(const Field& field, Slot slot) {
    Json json = {{"description", field.text}};
    if (field.default_text.empty() && !field.required) {
        json["default"] = Json::parse(to_json(field, slot));
    }
    json["x-reload"] = to_string(field.reload);
    const Json values = std::visit(Values{field}, slot);
    switch (field.special) {
        case Special::None:
            json.update(values);
            break;
        case Special::ZeroIsOff:
            json.update(special_or(0, values));
            break;
        case Special::Auto:
            json.update(special_or("auto", values));
            break;
    }
    return json;
}

/// Calls itself for the sections within: as deep as the table.
Json section_schema(const Section& section, Config& sample) {
    Json object = {{"type", "object"}, {"additionalProperties", false}};
    if (!section.is_array() && !section.text.empty()) {
        object["description"] = section.text;
    }
    Json required = Json::array();
    Json properties = Json::object();
    for (const Section& child : sections()) {
        if (belongs(child, section)) {
            properties[std::string(key_of(child.path))] = section_schema(child, sample);
        }
    }
    for (const Field& field : fields()) {
        if (belongs(field, section)) {
            const std::string key(key_of(field.path));
            properties[key] = field_schema(field, slot_in(field, sample));
            if (field.required) {
                required.push_back(key);
            }
        }
    }
    object["properties"] = properties;
    if (!required.empty()) {
        object["required"] = required;
    }
    if (!section.is_array()) {
        return object;
    }
    return {{"type", "array"},
            {"description", section.text},
            {"minItems", section.items_min},
            {"maxItems", section.items_max},
            {"items", object}};
}

}  // namespace

std::string json_schema() {
    Config sample;
    sample.stations.resize(1);
    Json json = {{"$schema", "https://json-schema.org/draft/2020-12/schema"},
                 {"title", "ringcast.json"}};
    json.update(section_schema(sections().front(), sample));
    return json.dump(2) + "\n";
}

}  // namespace ringcast::config
