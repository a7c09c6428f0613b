// SPDX-License-Identifier: Apache-2.0
#include "tests/support/http_client.hpp"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <cstdlib>

namespace ringcast::tests::support {
namespace {

bool same_name(std::string_view a, std::string_view b) {
    return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](char x, char y) {
        return std::tolower(static_cast<unsigned char>(x)) ==
               std::tolower(static_cast<unsigned char>(y));
    });
}

}  // namespace

int HttpReply::status() const {
    const std::size_t space = head.find(' ');
    int code = 0;
    if (space != std::string::npos) {
        std::from_chars(head.data() + space + 1, head.data() + head.size(), code);
    }
    return code;
}

std::string HttpReply::version() const {
    return head.substr(0, head.find(' '));
}

std::string HttpReply::header(std::string_view name) const {
    std::size_t line = head.find("\r\n");
    while (line != std::string::npos) {
        const std::size_t begin = line + 2;
        line = head.find("\r\n", begin);
        const std::string_view text = std::string_view(head).substr(begin, line - begin);
        const std::size_t colon = text.find(':');
        if (colon == std::string_view::npos || !same_name(text.substr(0, colon), name)) {
            continue;
        }
        const std::size_t value = text.find_first_not_of(' ', colon + 1);
        return value == std::string_view::npos ? "" : std::string(text.substr(value));
    }
    return "";
}

std::string head_of(const HttpRequest& request, std::uint16_t port) {
    std::string head = request.method + " " + request.target + " " + request.version + "\r\n";
    head += "Host: 127.0.0.1:" + std::to_string(port) + "\r\n";
    for (const std::string& line : request.headers) {
        head += line + "\r\n";
    }
    if (!request.body.empty()) {
        head += "Content-Length: " + std::to_string(request.body.size()) + "\r\n";
    }
    return head + "\r\n";
}

HttpReply read_reply(WireClient& wire, bool body_expected) {
    HttpReply reply{wire.read_head(), ""};
    const std::string length = reply.header("Content-Length");
    if (!body_expected || reply.status() == 204 || reply.status() / 100 == 1) {
        return reply;
    }
    reply.body = length.empty() ? wire.read_to_end()
                                : wire.read_exactly(std::strtoul(length.c_str(), nullptr, 10));
    return reply;
}

HttpReply exchange(std::uint16_t port, const HttpRequest& request) {
    WireClient wire(port);
    HttpRequest closing = request;
    closing.headers.emplace_back("Connection: close");
    wire.send(head_of(closing, port) + request.body);
    return read_reply(wire, request.method != "HEAD");
}

HttpReply get(std::uint16_t port, const std::string& target, std::vector<std::string> headers) {
    return exchange(port, {.target = target, .headers = std::move(headers)});
}

std::string basic_auth(std::string_view user, std::string_view password) {
    static constexpr std::string_view kAlphabet =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    std::string text = std::string(user) + ":" + std::string(password);
    const std::size_t padding = (3 - text.size() % 3) % 3;
    text.append(padding, '\0');
    std::string line = "Authorization: Basic ";
    for (std::size_t i = 0; i < text.size(); i += 3) {
        unsigned group = 0;
        for (const char c : std::string_view(text).substr(i, 3)) {
            group = group << 8U | static_cast<unsigned char>(c);
        }
        for (unsigned shift = 24; shift > 0; shift -= 6) {
            line += kAlphabet[group >> (shift - 6) & 63U];
        }
    }
    line.replace(line.size() - padding, padding, padding, '=');
    return line;
}

}  // namespace ringcast::tests::support
