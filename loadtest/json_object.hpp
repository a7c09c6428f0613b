// SPDX-License-Identifier: Apache-2.0
// Reads a JSON object strictly: each key is known, of the right type and in range, or there is a
// complaint that names its path. After a complaint the value stays as it was.
#pragma once

#include <cstdint>
#include <functional>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

namespace ringcast::loadtest {

using Complaints = std::vector<std::string>;

/// Not thread-safe.
class JsonObject {
  public:
    /// `value` and `complaints` outlive it. `path`: where it stands, "" for the whole document.
    JsonObject(const nlohmann::json& value, std::string path, Complaints& complaints);

    JsonObject(const JsonObject&) = delete;
    JsonObject& operator=(const JsonObject&) = delete;

    void text(const std::string& key, std::string& to);
    void texts(const std::string& key, std::vector<std::string>& to);  ///< one, or a list
    void flag(const std::string& key, bool& to);
    void choice(const std::string& key, const std::vector<std::string>& names, std::size_t& to);

    /// A number from `least` to `most`; a whole one where T is integral.
    template <class T>
    void number(const std::string& key, T& to, T least, T most) {
        const nlohmann::json* value = find(key);
        if (value == nullptr) {
            return;
        }
        if (const auto found = number_in(*value, static_cast<double>(least),
                                         static_cast<double>(most), std::is_integral_v<T>)) {
            to = static_cast<T>(*found);
        } else {
            complain_range(key, static_cast<double>(least), static_cast<double>(most),
                           std::is_integral_v<T>);
        }
    }

    /// Calls `read` for the object at `key`, if there is one, and finish() after it.
    void object(const std::string& key, const std::function<void(JsonObject&)>& read);
    /// The same for each object in the list at `key`.
    void objects(const std::string& key, std::size_t count_max,
                 const std::function<void(JsonObject&)>& read);

    /// Complains about keys that nobody asked for.
    void finish();

    /// Null without the key. The caller judges the value.
    [[nodiscard]] const nlohmann::json* find(const std::string& key);
    [[nodiscard]] const nlohmann::json& value() const { return value_; }

    /// "path.key: what"; the object itself where `key` is empty.
    void complain(const std::string& key, const std::string& what);

    /// Nothing when it is no number, out of range, or not whole although it must be.
    [[nodiscard]] static std::optional<double> number_in(const nlohmann::json& value, double least,
                                                         double most, bool whole);

  private:
    void complain_range(const std::string& key, double least, double most, bool whole);
    [[nodiscard]] std::string path_of(const std::string& key) const;

    const nlohmann::json& value_;
    std::string path_;
    Complaints& complaints_;
    std::set<std::string> known_;
};

}  // namespace ringcast::loadtest
