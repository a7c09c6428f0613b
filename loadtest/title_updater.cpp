// SPDX-License-Identifier: Apache-2.0
#include "loadtest/title_updater.hpp"

#include <poll.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <string_view>

#include "loadtest/icy_reader.hpp"
#include "loadtest/wall_clock.hpp"

namespace ringcast::loadtest {

namespace {

constexpr int kAnswerTimeoutMs = 5'000;
constexpr std::int64_t kWaitUsMax = 100'000;  // and so the longest that stop() waits

bool wait_for(const UniqueFd& fd, short events) {
    pollfd wanted{fd.get(), events, 0};
    return ::poll(&wanted, 1, kAnswerTimeoutMs) == 1;
}

/// The status line of the answer, or what went wrong.
std::string ask(const Address& address, const std::string& request) {
    const auto fd = begin_connect(address, nullptr);
    if (!fd) {
        return fd.error().message;
    }
    if (!wait_for(*fd, POLLOUT) ||
        ::send(fd->get(), request.data(), request.size(), MSG_NOSIGNAL) < 0) {
        return "connect: " + error_text(errno);
    }
    std::array<char, 1'024> buffer{};
    if (!wait_for(*fd, POLLIN)) {
        return "no answer";
    }
    const ssize_t size = ::recv(fd->get(), buffer.data(), buffer.size(), 0);
    const std::string_view answer(buffer.data(),
                                  static_cast<std::size_t>(std::max<ssize_t>(size, 0)));
    return std::string(answer.substr(0, answer.find('\r')));
}

}  // namespace

void TitleTotals::merge(const TitleTotals& other) {
    set += other.set;
    failed += other.failed;
    for (const auto& [reason, count] : other.failures) {
        failures[reason] += count;
    }
}

TitleUpdater::TitleUpdater(const SourceGroup& group, std::int64_t every_us)
    : group_(group), every_us_(every_us) {
}

void TitleUpdater::start() {
    thread_ = std::jthread([this](const std::stop_token& stop) { run(stop); });
}

TitleTotals TitleUpdater::stop() {
    thread_.request_stop();
    thread_.join();
    return totals_;
}

void TitleUpdater::run(const std::stop_token& stop) {
    const auto& sources = group_.sources();
    const auto count = static_cast<std::int64_t>(sources.size());
    const std::int64_t begin_us = wall_now_us();
    std::int64_t turn = 0;  // the sources take turns, spread over the interval
    while (!stop.stop_requested()) {
        const std::int64_t wait_us = begin_us + turn * every_us_ / count - wall_now_us();
        if (wait_us > 0) {
            std::this_thread::sleep_for(std::chrono::microseconds(std::min(wait_us, kWaitUsMax)));
            continue;
        }
        set_title(*sources[static_cast<std::size_t>(turn % count)]);
        ++turn;
    }
}

void TitleUpdater::set_title(const SyntheticSource& source) {
    const std::uint64_t newest = source.newest_frame();
    if (newest == 0) {
        return;  // off the air
    }
    const Title title{*source.target().station, newest};
    const std::string status =
        ask(source.target().address,
            title_request(group_.options().login, source.target(), title_text(title)));
    if (status.starts_with("HTTP/1.") && status.find(" 200") != std::string::npos) {
        ++totals_.set;
    } else {
        ++totals_.failed;
        ++totals_.failures["title: " + status];
    }
}

}  // namespace ringcast::loadtest
