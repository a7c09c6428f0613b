// SPDX-License-Identifier: Apache-2.0
// Any bytes as a request: found in two reads as in one, made regular, parsed, and answered. What
// comes out must keep the promises of the headers: paths without control characters, clean UTF-8,
// replies in which no value adds a line.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "core/check.hpp"
#include "server/http/charset.hpp"
#include "server/http/listener_head.hpp"
#include "server/http/metadata_request.hpp"
#include "server/http/playlist.hpp"
#include "server/http/source_headers.hpp"
#include "server/http/xml_text.hpp"

namespace {

using namespace ringcast::server::http;
using ringcast::core::check;

constexpr HeadLimits kLimits{.bytes_max = 4096, .headers_max = 16};
constexpr ServerFace kServer{"Ringcast", std::chrono::sys_seconds{}};

HeadResult read_in_two(std::string_view bytes, std::size_t first, bool shoutcast) {
    HeadReader reader(kLimits, shoutcast);
    const HeadResult early = reader.read(bytes.substr(0, first));
    return early.kind == HeadKind::NeedMore ? reader.read(bytes) : early;
}

void check_head_text(std::string_view text) {
    const std::string_view head = text.substr(0, text.find("\r\n\r\n") + 2);
    check(head.find('\0') == std::string_view::npos, "a head has no NUL");
    for (std::size_t at = head.find('\n'); at != std::string_view::npos;
         at = head.find('\n', at + 1)) {
        check(at > 0 && head[at - 1] == '\r', "a head has no bare LF");
    }
}

void check_source(const Request& request) {
    const SourceProperties properties = parse_source_request(request);
    for (const std::string* text : {&properties.name, &properties.description, &properties.url,
                                    &properties.genre, &properties.audio_info}) {
        check(is_valid_utf8(*text) && text->size() <= kPropertyBytesMax, "properties are bounded");
    }
    ListenerHead head;
    head.name = properties.name;
    head.content_type = properties.content_type;
    head.audio_info = properties.audio_info;
    check_head_text(render_listener_head(head, reply_to(request), kServer));
}

void check_metadata(const Request& request) {
    const auto parsed = parse_metadata_update(request.query, MetadataDoor::Shoutcast, std::nullopt);
    const auto* update = std::get_if<MetadataUpdate>(&parsed);
    if (update != nullptr && update->title) {
        check(is_valid_utf8(*update->title) && update->title->size() <= kTitleBytesMax &&
                  update->title->find("';") == std::string::npos,
              "titles are clean");
        check(is_valid_utf8(escape_xml_ascii(*update->title)), "escaped text is ASCII");
    }
}

void check_request(const Request& request) {
    for (const char c : request.path) {
        check(static_cast<unsigned char>(c) >= 0x20, "a path has no control characters");
    }
    check(!(request.chunked && request.content_length), "a body has one framing");
    for (const QueryItem& item : request.query) {
        check(!item.value.empty(), "query values are not empty");
    }
    (void)request.basic_credentials();
    check_head_text(render_reply(unauthorized_reply(request.path), reply_to(request), kServer));
    const std::string url =
        stream_url(request.header("Host"), {"http", "localhost", 8000}, request.path);
    check(url.find_first_of(" \r\n\"<>") == std::string::npos, "a URL is one word");
    check_source(request);
    check_metadata(request);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size < 2) {
        return 0;
    }
    const bool shoutcast = (data[0] & 1U) != 0;
    const std::string_view bytes(reinterpret_cast<const char*>(data) + 2, size - 2);
    const HeadResult whole = HeadReader(kLimits, shoutcast).read(bytes);
    const HeadResult split = read_in_two(bytes, data[1] % size, shoutcast);
    if (bytes.size() < kLimits.bytes_max) {
        check(whole.kind == split.kind && whole.size == split.size,
              "the decision does not depend on how the bytes were split");
    }
    if (whole.kind == HeadKind::HttpHead) {
        check(whole.size <= bytes.size(), "a head is within its bytes");
    }
    const std::string_view head =
        whole.kind == HeadKind::HttpHead ? bytes.substr(0, whole.size) : bytes;
    if (const auto request = parse_head(head)) {
        check_request(*request);
    }
    return 0;
}
