// SPDX-License-Identifier: Apache-2.0
#include "server/http/response.hpp"

#include "server/http/dates.hpp"

namespace ringcast::server::http {
namespace {

// Longer ones are no origin; they are not echoed.
constexpr std::size_t kOriginBytesMax = 255;

constexpr std::string_view kAllowAdmin = "GET, HEAD, POST, OPTIONS";

bool is_admin_path(std::string_view path) {
    return path == "/admin" || path.starts_with("/admin/") || path == "/admin.cgi";
}

/// Quoted-string content of RFC 9110 section 5.6.4.
std::string quote(std::string_view text) {
    std::string quoted = "\"";
    for (const char c : text) {
        if (c == '"' || c == '\\') {
            quoted += '\\';
        }
        quoted += c;
    }
    return quoted + '"';
}

}  // namespace

ReplyTo reply_to(const Request& request) {
    ReplyTo to;
    to.version = request.version;
    to.keep_alive = request.keep_alive();
    to.head_only = request.method == Method::Head;
    to.origin = request.header("Origin");
    if (is_admin_path(request.path)) {
        to.shares_credentials = false;
        to.allow = kAllowAdmin;
    }
    return to;
}

HeadBuilder::HeadBuilder(Status status, const ReplyTo& to, const ServerFace& server) {
    text_.reserve(1024);
    text_ += to.version == Version::Http11 ? "HTTP/1.1 " : "HTTP/1.0 ";
    text_ += std::to_string(static_cast<unsigned>(status));
    text_.append(" ").append(reason_phrase(status)).append("\r\n");
    add("Server", server.id);
    add("Connection", to.keep_alive ? "Keep-Alive" : "Close");
    add("Date", http_date(server.now));
}

void HeadBuilder::add(std::string_view name, std::string_view value) {
    text_ += name;
    text_ += ": ";
    for (const char c : value) {
        if (static_cast<unsigned char>(c) >= 0x20 && c != '\x7f') {
            text_ += c;
        }
    }
    text_ += "\r\n";
}

void HeadBuilder::add_icy(std::string_view name, std::string_view value) {
    const std::size_t start = text_.size();
    add(name, value);
    text_.erase(start + name.size() + 1, 1);
}

void HeadBuilder::add_no_cache() {
    add("Cache-Control", "no-cache, no-store");
    add("Expires", "Mon, 26 Jul 1997 05:00:00 GMT");
    add("Pragma", "no-cache");
}

void HeadBuilder::add_cors(const ReplyTo& to) {
    const bool echo = !to.origin.empty() && to.origin.size() <= kOriginBytesMax;
    add("Access-Control-Allow-Origin", echo ? std::string_view(to.origin) : "*");
    if (echo && to.shares_credentials) {
        add("Access-Control-Allow-Credentials", "true");
    }
    add("Access-Control-Allow-Headers", "Origin, Icy-MetaData, Range, Authorization");
    add("Access-Control-Allow-Methods", "GET, OPTIONS, SOURCE, PUT, HEAD, STATS");
    add("Access-Control-Expose-Headers",
        "Content-Range, Icy-Br, Icy-Description, Icy-Genre, Icy-MetaInt, Icy-Name, Icy-Pub, "
        "Icy-Url");
    add("Access-Control-Max-Age", "86400");
    add("Vary", "Origin");
}

std::string HeadBuilder::finish() {
    text_ += "\r\n";
    return std::move(text_);
}

std::string render_reply(const Reply& reply, const ReplyTo& to, const ServerFace& server) {
    HeadBuilder head(reply.status, to, server);
    if (!reply.content_type.empty()) {
        head.add("Content-Type", reply.content_type);
    }
    if (reply.status == Status::Unauthorized) {
        head.add("WWW-Authenticate", "Basic realm=" + quote(reply.realm));
    }
    head.add_no_cache();
    head.add_cors(to);
    head.add("Allow", to.allow);
    for (const Header& header : reply.headers) {
        head.add(header.name, header.value);
    }
    // Also on a 204, which RFC 9110 does not want: libshout keeps the connection only with it.
    head.add("Content-Length", std::to_string(reply.body.size()));
    std::string text = head.finish();
    if (!to.head_only) {
        text += reply.body;
    }
    return text;
}

Reply text_reply(Status status, std::string_view text) {
    Reply reply;
    reply.status = status;
    reply.content_type = "text/plain; charset=utf-8";
    reply.body.append(text).append("\r\n");
    return reply;
}

Reply error_reply(const HttpError& error) {
    return text_reply(error.status, error.text);
}

Reply unauthorized_reply(std::string_view realm) {
    Reply reply = text_reply(Status::Unauthorized, "You need to authenticate");
    reply.realm = realm;
    return reply;
}

Reply options_reply() {
    Reply reply;
    reply.status = Status::NoContent;
    return reply;
}

}  // namespace ringcast::server::http
