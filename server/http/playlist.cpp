// SPDX-License-Identifier: Apache-2.0
#include "server/http/playlist.hpp"

#include <algorithm>

#include "server/http/charset.hpp"
#include "server/http/url.hpp"
#include "server/http/xml_text.hpp"

namespace ringcast::server::http {
namespace {

constexpr std::size_t kHostBytesMax = 255;

struct Suffix {
    std::string_view text;
    PlaylistFormat format;
};
constexpr Suffix kSuffixes[] = {
    {".m3u", PlaylistFormat::M3u}, {".pls", PlaylistFormat::Pls}, {".xspf", PlaylistFormat::Xspf}};

bool is_name_char(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '.' || c == '_';
}

bool is_address6_char(char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F') || c == ':' ||
           c == '.';
}

bool is_port(std::string_view text) {
    const bool digits =
        std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
    return digits && !text.empty() && text.size() <= 5 &&
           leading_number(text).value_or(0) - 1U < 65535U;
}

/// One line of text for a playlist that has no way to escape anything.
std::string one_line(std::string_view text) {
    return clean_text(text, std::nullopt, kTitleBytesMax);
}

std::string render_m3u(const PlaylistEntry& entry) {
    return entry.url + "\r\n";
}

std::string render_pls(const PlaylistEntry& entry) {
    std::string text = "[playlist]\r\nNumberOfEntries=1\r\nFile1=" + entry.url + "\r\n";
    if (!entry.name.empty()) {
        text += "Title1=" + one_line(entry.name) + "\r\n";
    }
    return text + "Length1=-1\r\nVersion=2\r\n";
}

std::string render_xspf(const PlaylistEntry& entry) {
    std::string text =
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
        "<playlist xmlns=\"http://xspf.org/ns/0/\" version=\"1\">\n";
    const auto add = [&text](std::string_view indent, std::string_view name,
                             const std::string& value) {
        if (!value.empty()) {
            text.append(indent).append("<").append(name).append(">").append(escape_xml(value));
            text.append("</").append(name).append(">\n");
        }
    };
    add("  ", "title", entry.name);
    text += "  <trackList>\n    <track>\n";
    add("      ", "location", entry.url);
    add("      ", "title", entry.title.empty() ? entry.name : entry.title);
    add("      ", "annotation", entry.info);
    return text + "    </track>\n  </trackList>\n</playlist>\n";
}

}  // namespace

std::optional<PlaylistPath> parse_playlist_path(std::string_view path) {
    for (const Suffix& suffix : kSuffixes) {
        if (path.ends_with(suffix.text) && path.size() > suffix.text.size() + 1) {
            path.remove_suffix(suffix.text.size());
            return PlaylistPath{suffix.format, path};
        }
    }
    return std::nullopt;
}

bool is_valid_host(std::string_view host) {
    if (host.size() > kHostBytesMax) {
        return false;
    }
    std::size_t name_end = host.find(':');
    bool valid = false;
    if (host.starts_with('[')) {
        const std::size_t close = host.find(']');
        if (close == std::string_view::npos || close < 3) {
            return false;
        }
        const std::string_view address = host.substr(1, close - 1);
        valid = std::all_of(address.begin(), address.end(), is_address6_char);
        name_end = close + 1;
    } else {
        const std::string_view name = host.substr(0, name_end);
        valid = !name.empty() && std::all_of(name.begin(), name.end(), is_name_char);
        name_end = std::min(name_end, host.size());
    }
    const std::string_view rest = host.substr(name_end);
    return valid && (rest.empty() || (rest.starts_with(':') && is_port(rest.substr(1))));
}

std::string stream_url(std::string_view host, const PublicAddress& address,
                       std::string_view mount) {
    std::string url(address.scheme);
    url += "://";
    if (is_valid_host(host)) {
        url += host;
    } else {
        url.append(address.hostname).append(":").append(std::to_string(address.port));
    }
    return url + percent_encode_path(mount);
}

Reply playlist_reply(PlaylistFormat format, const PlaylistEntry& entry) {
    Reply reply;
    switch (format) {
        case PlaylistFormat::M3u:
            reply.content_type = "audio/x-mpegurl";
            reply.body = render_m3u(entry);
            break;
        case PlaylistFormat::Pls:
            reply.content_type = "audio/x-scpls";
            reply.body = render_pls(entry);
            break;
        case PlaylistFormat::Xspf:
            reply.content_type = "application/xspf+xml";
            reply.body = render_xspf(entry);
            break;
    }
    return reply;
}

}  // namespace ringcast::server::http
