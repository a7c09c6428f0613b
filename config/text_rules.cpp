// SPDX-License-Identifier: Apache-2.0
#include "config/text_rules.hpp"

#include <arpa/inet.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <string>

namespace ringcast::config {
namespace {

// Paths of the server itself; so is all below /admin/.
constexpr std::array<std::string_view, 5> kPages{"/", "/admin", "/admin.cgi", "/status-json.xsl",
                                                 "/healthz"};

// The names of crypt(5)'s methods.
constexpr std::array<std::string_view, 13> kMethods{"y", "gy", "7",    "2a",  "2b", "2x", "2y",
                                                    "6", "5",  "sha1", "md5", "3",  "1"};

bool is_printable_ascii(char character) {
    return character >= ' ' && character <= '~';
}

bool is_alphanumeric(char character) {
    return (character >= 'a' && character <= 'z') || (character >= 'A' && character <= 'Z') ||
           (character >= '0' && character <= '9');
}

bool is_reserved(std::string_view path) {
    return path.starts_with("/admin/") || std::ranges::find(kPages, path) != kPages.end();
}

bool is_playlist(std::string_view path) {
    return path.ends_with(".m3u") || path.ends_with(".pls") || path.ends_with(".xspf");
}

/// True when a segment between slashes is empty, "." or "..": clients rewrite such paths.
bool has_odd_segment(std::string_view path) {
    path.remove_prefix(1);
    while (true) {
        const std::size_t slash = path.find('/');
        const std::string_view segment = path.substr(0, slash);
        if (segment.empty() || segment == "." || segment == "..") {
            return true;
        }
        if (slash == std::string_view::npos) {
            return false;
        }
        path.remove_prefix(slash + 1);
    }
}

}  // namespace

std::string_view mount_fault(std::string_view text) {
    if (!text.starts_with('/')) {
        return "does not begin with \"/\"";
    }
    if (is_reserved(text)) {
        return "is a page of the server itself";
    }
    if (text.find_first_of("?#%") != std::string_view::npos) {
        return "contains \"?\", \"#\" or \"%\"";
    }
    if (has_odd_segment(text)) {
        return "has an empty, \".\" or \"..\" segment";
    }
    return is_playlist(text) ? "ends like a playlist of another mount" : "";
}

std::string_view address_fault(std::string_view text) {
    std::array<std::byte, sizeof(in6_addr)> binary{};
    const std::string terminated(text);
    const bool valid = inet_pton(AF_INET, terminated.c_str(), binary.data()) == 1 ||
                       inet_pton(AF_INET6, terminated.c_str(), binary.data()) == 1;
    return valid ? "" : "is not an address";
}

std::string_view hostname_fault(std::string_view text) {
    std::array<std::byte, sizeof(in6_addr)> binary{};
    if (text.size() > 2 && text.starts_with('[') && text.ends_with(']')) {
        const std::string address(text.substr(1, text.size() - 2));
        return inet_pton(AF_INET6, address.c_str(), binary.data()) == 1 ? "" : "is not an address";
    }
    const bool valid = std::ranges::all_of(text, [](char character) {
        return is_alphanumeric(character) || character == '-' || character == '.' ||
               character == '_';
    });
    return valid ? "" : "is not a host name";
}

std::string_view header_fault(std::string_view text) {
    const bool valid = std::ranges::all_of(text, is_printable_ascii) && !text.starts_with(' ') &&
                       !text.ends_with(' ');
    return valid ? "" : "cannot stand in a response head";
}

std::string_view content_type_fault(std::string_view text) {
    const std::string_view type = text.substr(0, text.find(';'));
    const std::size_t slash = type.find('/');
    const bool valid =
        slash != std::string_view::npos && slash != 0 && slash + 1 < type.size() &&
        std::ranges::all_of(type,
                            [](char character) {
                                return is_alphanumeric(character) ||
                                       std::string_view("!#$&-^_.+/").find(character) !=
                                           std::string_view::npos;
                            }) &&
        header_fault(text).empty();
    return valid ? "" : "is not a media type";
}

std::string_view user_fault(std::string_view text) {
    return text.find(':') == std::string_view::npos ? "" : "contains \":\"";
}

std::string_view password_fault(std::string_view text) {
    if (!text.starts_with('$')) {
        return "";
    }
    const std::size_t end = std::min(text.find_first_of("$,", 1), text.size());
    const bool valid =
        std::ranges::find(kMethods, text.substr(1, end - 1)) != kMethods.end() &&
        end + 1 < text.size() && std::ranges::all_of(text, [](char character) {
            return is_printable_ascii(character) &&
                   std::string_view(" :;*!\\").find(character) == std::string_view::npos;
        });
    return valid ? "" : "begins with \"$\" and is not a crypt(3) hash";
}

}  // namespace ringcast::config
