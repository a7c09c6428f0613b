// SPDX-License-Identifier: Apache-2.0
#include "loadtest/json_object.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

namespace ringcast::loadtest {

using nlohmann::json;

JsonObject::JsonObject(const json& value, std::string path, Complaints& complaints)
    : value_(value), path_(std::move(path)), complaints_(complaints) {
    if (!value_.is_object()) {
        complain("", "must be an object");
    }
}

void JsonObject::finish() {
    if (!value_.is_object()) {
        return;
    }
    for (const auto& [key, value] : value_.items()) {
        if (!known_.contains(key)) {
            complain(key, "is not a known key");
        }
    }
}

void JsonObject::text(const std::string& key, std::string& to) {
    const json* value = find(key);
    if (value == nullptr) {
        return;
    }
    if (value->is_string()) {
        to = value->get<std::string>();
    } else {
        complain(key, "must be a string");
    }
}

void JsonObject::texts(const std::string& key, std::vector<std::string>& to) {
    const json* value = find(key);
    if (value == nullptr) {
        return;
    }
    if (value->is_string()) {
        to = {value->get<std::string>()};
    } else if (value->is_array() && !value->empty() &&
               std::ranges::all_of(*value, [](const json& one) { return one.is_string(); })) {
        to = value->get<std::vector<std::string>>();
    } else {
        complain(key, "must be a string or a list of strings");
    }
}

void JsonObject::flag(const std::string& key, bool& to) {
    const json* value = find(key);
    if (value == nullptr) {
        return;
    }
    if (value->is_boolean()) {
        to = value->get<bool>();
    } else {
        complain(key, "must be true or false");
    }
}

void JsonObject::choice(const std::string& key, const std::vector<std::string>& names,
                        std::size_t& to) {
    const json* value = find(key);
    if (value == nullptr) {
        return;
    }
    const auto name =
        value->is_string() ? std::ranges::find(names, value->get<std::string>()) : names.end();
    if (name == names.end()) {
        complain(key, fmt::format("must be one of {}", fmt::join(names, ", ")));
    } else {
        to = static_cast<std::size_t>(name - names.begin());
    }
}

void JsonObject::object(const std::string& key, const std::function<void(JsonObject&)>& read) {
    if (const json* value = find(key)) {
        JsonObject child(*value, path_of(key), complaints_);
        read(child);
        child.finish();
    }
}

void JsonObject::objects(const std::string& key, std::size_t count_max,
                         const std::function<void(JsonObject&)>& read) {
    const json* value = find(key);
    if (value == nullptr) {
        return;
    }
    if (!value->is_array() || value->size() > count_max) {
        complain(key, fmt::format("must be a list of at most {} objects", count_max));
        return;
    }
    for (std::size_t i = 0; i < value->size(); ++i) {
        JsonObject child((*value)[i], fmt::format("{}[{}]", path_of(key), i), complaints_);
        read(child);
        child.finish();
    }
}

const json* JsonObject::find(const std::string& key) {
    known_.insert(key);
    const auto it = value_.find(key);  // end() in what is no object
    return it == value_.end() ? nullptr : &*it;
}

void JsonObject::complain(const std::string& key, const std::string& what) {
    const std::string path = key.empty() ? path_ : path_of(key);
    complaints_.push_back((path.empty() ? "the file" : path) + ": " + what);
}

std::optional<double> JsonObject::number_in(const json& value, double least, double most,
                                            bool whole) {
    if (!value.is_number()) {
        return std::nullopt;
    }
    const auto number = value.get<double>();
    const bool fits = number >= least && number <= most && (!whole || number == std::trunc(number));
    return fits ? std::optional(number) : std::nullopt;
}

void JsonObject::complain_range(const std::string& key, double least, double most, bool whole) {
    complain(key, fmt::format("must be a {} from {:.15g} to {:.15g}",
                              whole ? "whole number" : "number", least, most));
}

std::string JsonObject::path_of(const std::string& key) const {
    return path_.empty() ? key : path_ + "." + key;
}

}  // namespace ringcast::loadtest
