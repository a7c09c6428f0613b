// SPDX-License-Identifier: Apache-2.0
#include "server/admin/index_page.hpp"

#include <string>

#include "server/admin/index_html.hpp"
#include "server/http/xml_text.hpp"

namespace ringcast::server::admin {
namespace {

constexpr std::string_view kNamePlace = "{{server_name}}";

}  // namespace

http::Reply index_page_reply(std::string_view server_name) {
    const std::string name = http::escape_xml(server_name.empty() ? "Ringcast" : server_name);
    http::Reply reply;
    reply.content_type = "text/html; charset=utf-8";
    // No page of another site may frame this one, and no text from a source can run here.
    reply.headers = {{"Content-Security-Policy",
                      "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; "
                      "connect-src 'self'; media-src 'self'; img-src data:; "
                      "frame-ancestors 'none'; base-uri 'none'; form-action 'none'"},
                     {"X-Content-Type-Options", "nosniff"}};
    std::string_view rest = kIndexHtml;
    for (std::size_t at = rest.find(kNamePlace); at != std::string_view::npos;
         at = rest.find(kNamePlace)) {
        reply.body.append(rest.substr(0, at)).append(name);
        rest.remove_prefix(at + kNamePlace.size());
    }
    reply.body += rest;
    return reply;
}

}  // namespace ringcast::server::admin
