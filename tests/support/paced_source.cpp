// SPDX-License-Identifier: Apache-2.0
#include "tests/support/paced_source.hpp"

#include <algorithm>

namespace ringcast::tests::support {
namespace {

SourceLogin with_type(SourceLogin login, const Media& media) {
    login.content_type = media.content_type;
    return login;
}

}  // namespace

std::string source_head(const SourceLogin& login, std::uint16_t port) {
    HttpRequest request{.method = login.method, .target = login.mount, .version = login.version};
    request.headers = login.headers;
    if (!login.password.empty()) {
        request.headers.push_back(basic_auth(login.user, login.password));
    }
    if (!login.content_type.empty()) {
        request.headers.push_back("Content-Type: " + login.content_type);
    }
    return head_of(request, port);
}

HttpReply try_login(std::uint16_t port, const SourceLogin& login) {
    WireClient wire(port);
    wire.send(source_head(login, port));
    return read_reply(wire, false);
}

LiveSource::LiveSource(std::uint16_t port, const SourceLogin& login) : wire_(port) {
    wire_.send(source_head(login, port));
    const HttpReply reply = read_reply(wire_, false);
    if (reply.status() != 200) {
        throw WireError("the source was not let in: " + reply.head);
    }
}

PacedSource::PacedSource(std::uint16_t port, const Media& media, double speed, SourceLogin login)
    : source_(port, with_type(std::move(login), media)), bytes_(media.bytes) {
    const double rate = static_cast<double>(media.bytes_per_second()) * speed;
    thread_ = std::thread([this, rate] { pace(rate); });
}

void PacedSource::stop() {
    stopping_ = true;
    if (thread_.joinable()) {
        thread_.join();
    }
}

void PacedSource::pace(double bytes_per_second) {
    const auto start = Clock::now();
    while (!stopping_ && sent_ < bytes_.size()) {
        const std::chrono::duration<double> elapsed = Clock::now() - start;
        const auto due =
            std::min(bytes_.size(), static_cast<std::size_t>(elapsed.count() * bytes_per_second));
        if (due > sent_) {
            try {
                source_.send(std::string_view(bytes_).substr(sent_, due - sent_));
            } catch (const WireError&) {
                return;  // displaced or shut down; what listeners got tells the test
            }
            sent_ = due;
        }
        std::this_thread::sleep_for(milliseconds{20});
    }
}

}  // namespace ringcast::tests::support
