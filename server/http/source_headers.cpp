// SPDX-License-Identifier: Apache-2.0
#include "server/http/source_headers.hpp"

#include <algorithm>
#include <initializer_list>

#include "server/http/charset.hpp"
#include "server/http/url.hpp"

namespace ringcast::server::http {
namespace {

constexpr std::string_view kDefaultType = "audio/mpeg";
constexpr std::size_t kAudioInfoKeyBytesMax = 32;
// A block interval above is a mistake: no client buffers that much.
constexpr std::uint32_t kIcyMetaintMax = 16U * 1024U * 1024U;

std::string clean(std::string_view value) {
    return clean_text(value, std::nullopt, kPropertyBytesMax);
}

/// The first of `names` that is present and not empty.
std::string_view first_of(const HeaderList& headers, std::initializer_list<const char*> names) {
    for (const char* name : names) {
        const std::string_view value = headers.value_or_empty(name);
        if (!value.empty()) {
            return value;
        }
    }
    return {};
}

/// Each key becomes an XML element and a JSON key of the statistics, so only plain names are taken.
bool is_plain_name(std::string_view key) {
    const auto is_letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); };
    if (key.empty() || key.size() > kAudioInfoKeyBytesMax || !is_letter(key.front())) {
        return false;
    }
    return std::all_of(key.begin(), key.end(), [&](char c) {
        return is_letter(c) || (c >= '0' && c <= '9') || c == '-' || c == '_';
    });
}

std::vector<std::pair<std::string, std::string>> split_audio_info(std::string_view info) {
    std::vector<std::pair<std::string, std::string>> items;
    while (!info.empty() && items.size() < kAudioInfoItemsMax) {
        const std::size_t end = info.find(';');
        const std::string_view part = trim(info.substr(0, end));
        info = end == std::string_view::npos ? std::string_view{} : info.substr(end + 1);
        const std::size_t equals = part.find('=');
        if (equals == std::string_view::npos) {
            continue;
        }
        const std::string key = percent_decode(trim(part.substr(0, equals)));
        std::string value = clean(percent_decode(trim(part.substr(equals + 1))));
        if (is_plain_name(key) && !value.empty()) {
            items.emplace_back(key, std::move(value));
        }
    }
    return items;
}

std::uint32_t audio_info_bitrate(const SourceProperties& properties) {
    for (const auto& [key, value] : properties.audio_info_items) {
        if (key == "ice-bitrate" || key == "bitrate") {
            return leading_number(value).value_or(0);
        }
    }
    return 0;
}

}  // namespace

SourceProperties parse_source_headers(const HeaderList& headers) {
    SourceProperties properties;
    properties.content_type = clean(headers.value_or_empty("Content-Type"));
    properties.name = clean(first_of(headers, {"ice-name", "icy-name", "x-audiocast-name"}));
    properties.description =
        clean(first_of(headers, {"ice-description", "icy-description", "x-audiocast-description"}));
    properties.url = clean(first_of(headers, {"ice-url", "icy-url", "x-audiocast-url"}));
    properties.genre = clean(first_of(headers, {"ice-genre", "icy-genre", "x-audiocast-genre"}));
    properties.audio_info = clean(headers.value_or_empty("ice-audio-info"));
    properties.audio_info_items = split_audio_info(properties.audio_info);
    properties.bitrate =
        leading_number(first_of(headers, {"ice-bitrate", "icy-br", "x-audiocast-bitrate"}))
            .value_or(0);
    if (properties.bitrate == 0) {
        properties.bitrate = audio_info_bitrate(properties);
    }
    const auto is_public = leading_number(
        first_of(headers, {"ice-public", "icy-pub", "x-audiocast-public", "icy-public"}));
    if (is_public) {
        properties.is_public = *is_public != 0;
    }
    properties.user_agent = clean(headers.value_or_empty("User-Agent"));
    const std::uint32_t metaint = leading_number(headers.value_or_empty("icy-metaint")).value_or(0);
    properties.icy_metaint = metaint <= kIcyMetaintMax ? metaint : 0;
    return properties;
}

SourceProperties parse_source_request(const Request& request) {
    SourceProperties properties = parse_source_headers(request.headers);
    if (properties.content_type.empty() && request.method == Method::Source) {
        properties.content_type = kDefaultType;
    }
    return properties;
}

SourceProperties parse_shoutcast_headers(const HeaderList& headers) {
    SourceProperties properties = parse_source_headers(headers);
    if (properties.content_type.empty()) {
        properties.content_type = kDefaultType;
    }
    return properties;
}

}  // namespace ringcast::server::http
