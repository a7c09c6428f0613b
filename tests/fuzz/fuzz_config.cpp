// SPDX-License-Identifier: Apache-2.0
// Fuzzes the configuration: any text is a Config whose rules hold, or errors that fit a terminal.
// An input is a file, or (first byte odd) the JSON value of one key of the settings table.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "config/fields.hpp"
#include "config/parse.hpp"

namespace {

using namespace ringcast::config;

void require(bool holds) {
    if (!holds) {
        std::abort();
    }
}

/// A file with `value` at `field`, which need not be valid beyond that.
std::string file_with(const Field& field, std::string_view value) {
    const std::string_view section = parent_path(field.path);
    std::string text = '"' + std::string(key_of(field.path)) + "\": " + std::string(value);
    if (section.starts_with("auth.")) {
        return R"({"auth": {")" + std::string(key_of(section)) + "\": {" + text + "}}}";
    }
    if (section == "stations[]" && key_of(field.path) != "mount") {
        text = R"("mount": "/live", )" + text;
    }
    if (!section.empty()) {
        const std::string object = '{' + text + '}';
        text = '"' + std::string(key_of(section)) +
               "\": " + (section.ends_with("[]") ? '[' + object + ']' : object);
    }
    return R"({"auth": {"source": {"password": "x"}}, )" + text + "}";
}

void check_config(const Config& config) {
    const std::uint64_t extent = config.pool.extent.count;
    require(extent % kib(64).count == 0 && config.pool.size.count % extent == 0);
    require(!config.listen.empty() && config.listen.size() <= 64);
    require(config.fanout.phase <= config.fanout.delivery_max);
    std::uint64_t rings = 0;
    for (const Station& station : config.stations) {
        require(station.mount.starts_with('/') && station.mount.size() > 1);
        require(!station.user.empty() && !station.password.empty());
        require(station.ring.count >= kib(64).count && station.ring.count % extent == 0);
        if (const auto* burst = std::get_if<Bytes>(&station.burst)) {
            require(burst->count <= station.ring.count / 2);
        }
        rings += station.ring.count;
    }
    require(rings <= config.pool.size.count);
}

void check_errors(const Errors& errors) {
    require(!errors.empty() && errors.size() <= kErrorsMax);
    for (const Error& error : errors) {
        const std::string line = to_string(error);
        require(!line.empty() && line.size() < 1'000);
        for (const char character : line) {
            require(static_cast<unsigned char>(character) >= ' ');
        }
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    std::string text(data, data + size);
    if (size >= 2 && data[0] % 2 == 1) {
        text = file_with(fields()[data[1] % fields().size()], text.substr(2));
    }
    const auto config = parse_config(text);
    if (config.has_value()) {
        check_config(*config);
    } else {
        check_errors(config.error());
    }
    return 0;
}
