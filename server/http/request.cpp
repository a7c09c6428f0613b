// SPDX-License-Identifier: Apache-2.0
#include "server/http/request.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/parser.hpp>

namespace ringcast::server::http {
namespace {

namespace beast = boost::beast::http;

using Parser = beast::request_parser<beast::empty_body>;

std::string_view view(boost::beast::string_view text) {
    return {text.data(), text.size()};
}

struct MethodName {
    std::string_view text;
    Method method;
};
constexpr MethodName kMethods[] = {{"GET", Method::Get},       {"HEAD", Method::Head},
                                   {"POST", Method::Post},     {"PUT", Method::Put},
                                   {"SOURCE", Method::Source}, {"OPTIONS", Method::Options},
                                   {"STATS", Method::Stats},   {"DELETE", Method::Delete}};

Method method_of(std::string_view text) {
    for (const MethodName& name : kMethods) {
        if (name.text == text) {
            return name.method;
        }
    }
    return Method::Other;
}

/// Takes scheme and authority off an absolute target (RFC 9112 section 3.2.2).
std::string_view without_authority(std::string_view target) {
    for (const std::string_view scheme : {"http://", "https://"}) {
        if (equals_ignore_case(target.substr(0, scheme.size()), scheme)) {
            target.remove_prefix(scheme.size());
            const std::size_t path = target.find_first_of("/?#");
            return path == std::string_view::npos ? std::string_view("/") : target.substr(path);
        }
    }
    return target;
}

/// Fills path and query from the target.
HttpResult<void> split_target(Request& request) {
    std::string_view target = request.target;
    if (target == "*" && request.method == Method::Options) {
        request.path = "*";
        return {};
    }
    target = without_authority(target);
    target = target.substr(0, target.find('#'));
    const std::size_t mark = target.find('?');
    HttpResult<std::string> path = decode_path(target.substr(0, mark));
    if (!path) {
        return path.error();
    }
    request.path = std::move(*path);
    if (mark != std::string_view::npos) {
        request.query = parse_query(target.substr(mark + 1));
    }
    return {};
}

/// Fills content_length and chunked. Two answers to where the body ends are a smuggling attempt.
HttpResult<void> read_framing(const Parser& parser, Request& request) {
    const auto codings = request.headers.all("Transfer-Encoding");
    const bool has_length = request.headers.find("Content-Length").has_value();
    if (!codings.empty() && has_length) {
        return HttpError{Status::BadRequest, "Content-Length with Transfer-Encoding"};
    }
    if (codings.size() > 1 || (codings.size() == 1 && !equals_ignore_case(codings[0], "chunked"))) {
        return HttpError{Status::NotImplemented, "Unsupported Transfer-Encoding"};
    }
    request.chunked = !codings.empty();
    if (has_length) {
        request.content_length = parser.content_length().value_or(0);
    }
    return {};
}

}  // namespace

bool Request::keep_alive() const {
    bool close = false;
    bool keep = false;
    for (const std::string_view value : headers.all("Connection")) {
        close = close || has_token(value, "close");
        keep = keep || has_token(value, "keep-alive");
    }
    return !close && !ice && (keep || version == Version::Http11);
}

bool Request::expects_continue() const {
    return version == Version::Http11 && equals_ignore_case(header("Expect"), "100-continue");
}

std::optional<Credentials> Request::basic_credentials() const {
    return parse_basic(header("Authorization"));
}

bool Request::wants_icy_metadata() const {
    return leading_number(header("Icy-MetaData")).value_or(0) != 0;
}

std::string Request::log_line() const {
    const std::string_view protocol =
        ice ? "ICE/1.0" : (version == Version::Http11 ? "HTTP/1.1" : "HTTP/1.0");
    std::string line = method_text;
    line.append(" ").append(target, 0, target.find('?')).append(" ").append(protocol);
    return line;
}

HttpResult<Request> parse_request(const NormalizedHead& head) {
    Parser parser;
    parser.header_limit(static_cast<std::uint32_t>(head.text.size() + 1));
    parser.body_limit(boost::none);
    boost::beast::error_code error;
    parser.put(boost::asio::buffer(head.text), error);
    if (error == beast::error::bad_version) {
        return HttpError{Status::VersionNotSupported, "Unsupported HTTP version"};
    }
    if (error || !parser.is_header_done()) {
        return HttpError{Status::BadRequest, "Malformed request"};
    }
    const auto& message = parser.get();
    if (message.version() != 10 && message.version() != 11) {
        return HttpError{Status::VersionNotSupported, "Unsupported HTTP version"};
    }
    Request request;
    request.method_text = view(message.method_string());
    request.method = method_of(request.method_text);
    request.target = view(message.target());
    request.version = message.version() == 11 ? Version::Http11 : Version::Http10;
    request.ice = head.ice;
    for (const auto& field : message) {
        request.headers.add(view(field.name_string()), view(field.value()));
    }
    if (const auto framing = read_framing(parser, request); !framing) {
        return framing.error();
    }
    if (const auto split = split_target(request); !split) {
        return split.error();
    }
    return request;
}

HttpResult<Request> parse_head(std::string_view head) {
    const HttpResult<NormalizedHead> normalized = normalize_head(head);
    if (!normalized) {
        return normalized.error();
    }
    return parse_request(*normalized);
}

}  // namespace ringcast::server::http
