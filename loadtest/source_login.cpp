// SPDX-License-Identifier: Apache-2.0
#include "loadtest/source_login.hpp"

#include <cctype>

namespace ringcast::loadtest {

namespace {

constexpr std::string_view kAgent = "User-Agent: ringcast-load/" RINGCAST_VERSION "\r\n";

std::string basic_auth(const Login& login) {
    return "Authorization: Basic " + base64(login.user + ":" + login.password) + "\r\n";
}

std::string http_login(const Login& login, const Target& target, std::uint32_t kbps) {
    const bool put = login.kind != LoginKind::Source;
    std::string text = put ? "PUT " : "SOURCE ";
    text += target.path + (put ? " HTTP/1.1\r\n" : " HTTP/1.0\r\n");
    text += "Host: " + target.host + "\r\n";
    text += basic_auth(login);
    text += kAgent;
    text += "Content-Type: " + std::string(login.content_type) + "\r\n";
    text += "Ice-Public: 0\r\nIce-Name: Ringcast load test\r\n";
    text += "Ice-Audio-Info: bitrate=" + std::to_string(kbps) +
            ";samplerate=" + std::to_string(login.sample_rate) + ";channels=2\r\n";
    if (login.kind == LoginKind::PutExpect) {
        text += "Expect: 100-continue\r\n";
    }
    return text + "\r\n";
}

}  // namespace

std::string login_request(const Login& login, const Target& target, std::uint32_t kbps) {
    switch (login.kind) {
        case LoginKind::PutExpect:
        case LoginKind::Put:
        case LoginKind::Source:
            return http_login(login, target, kbps);
        case LoginKind::Shoutcast:
            return login.password + "\r\n";
    }
    return {};
}

LoginReply judge_reply(LoginKind kind, std::string_view received) {
    const std::size_t line_end = received.find('\n');
    if (line_end == std::string_view::npos) {
        return LoginReply::NeedMore;
    }
    if (kind == LoginKind::Shoutcast) {
        if (!received.starts_with("OK")) {
            return LoginReply::Refused;
        }
        const bool whole = received.find("\r\n\r\n") != std::string_view::npos;
        return whole ? LoginReply::Accepted : LoginReply::NeedMore;
    }
    const std::size_t blank = received.find(' ');
    const bool good = received.starts_with("HTTP/1.") && blank + 1 < line_end &&
                      (received[blank + 1] == '1' || received[blank + 1] == '2');
    return good ? LoginReply::Accepted : LoginReply::Refused;
}

std::string login_headers(const Login& login, std::uint32_t kbps) {
    if (login.kind != LoginKind::Shoutcast) {
        return {};
    }
    return "icy-name:Ringcast load test\r\nicy-genre:test\r\nicy-pub:0\r\nicy-br:" +
           std::to_string(kbps) + "\r\ncontent-type:" + std::string(login.content_type) +
           "\r\n\r\n";
}

std::string title_request(const Login& login, const Target& target, std::string_view title) {
    const bool shoutcast = login.kind == LoginKind::Shoutcast;
    std::string text = shoutcast ? "GET /admin.cgi?pass=" + percent_encoded(login.password)
                                 : "GET /admin/metadata?mount=" + percent_encoded(target.path);
    text += "&mode=updinfo&song=" + percent_encoded(title);
    text += shoutcast ? "" : "&charset=UTF-8";
    text += " HTTP/1.0\r\nHost: " + target.host + "\r\n";
    // SHOUTcast servers only take titles from what looks like a browser.
    text += shoutcast ? std::string("User-Agent: ringcast-load (Mozilla compatible)\r\n")
                      : std::string(kAgent) + basic_auth(login);
    return text + "\r\n";
}

std::string base64(std::string_view bytes) {
    constexpr std::string_view kDigits =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    std::string text;
    for (std::size_t i = 0; i < bytes.size(); i += 3) {
        std::uint32_t group = 0;
        for (std::size_t j = 0; j < 3; ++j) {
            group = (group << 8U) |
                    (i + j < bytes.size() ? static_cast<unsigned char>(bytes[i + j]) : 0U);
        }
        for (std::size_t j = 0; j < 4; ++j) {
            text += i + j > bytes.size() ? '=' : kDigits[(group >> (18 - 6 * j)) & 63U];
        }
    }
    return text;
}

std::string percent_encoded(std::string_view text) {
    constexpr std::string_view kDigits = "0123456789ABCDEF";
    constexpr std::string_view kUnreserved = "-._~";
    std::string encoded;
    for (const char character : text) {
        const auto byte = static_cast<unsigned char>(character);
        if (std::isalnum(byte) != 0 || kUnreserved.find(character) != std::string_view::npos) {
            encoded += character;
        } else {
            encoded += '%';
            encoded += kDigits[byte >> 4U];
            encoded += kDigits[byte & 15U];
        }
    }
    return encoded;
}

}  // namespace ringcast::loadtest
