// SPDX-License-Identifier: Apache-2.0
#include "tests/bench/interval_probe.hpp"

#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>

#include "tests/support/http_client.hpp"

namespace ringcast::tests::bench {

namespace {

using support::Clock;

/// What comes so soon after something else belongs to the same delivery.
constexpr std::chrono::milliseconds kSameDelivery{2};

/// Takes all that is there; false when there was nothing.
bool drain(int descriptor) {
    std::array<char, 65'536> buffer;
    bool any = false;
    while (::recv(descriptor, buffer.data(), buffer.size(), MSG_DONTWAIT) > 0) {
        any = true;
    }
    return any;
}

}  // namespace

IntervalProbe::IntervalProbe(std::uint16_t port, std::uint32_t metaint) {
    support::HttpRequest request{.target = "/bench-1", .version = "HTTP/1.0"};
    if (metaint > 0) {
        request.headers.emplace_back("Icy-MetaData: 1");
    }
    for (std::size_t i = 0; i < kListeners; ++i) {
        listeners_.emplace_back(port);
        listeners_.back().send(support::head_of(request, port));
    }
}

std::chrono::microseconds IntervalProbe::watch(std::chrono::milliseconds time) {
    std::vector<pollfd> waiting;
    for (const support::WireClient& listener : listeners_) {
        (void)drain(listener.descriptor());
        waiting.push_back({.fd = listener.descriptor(), .events = POLLIN, .revents = 0});
    }
    std::array<Clock::time_point, kListeners> last{};
    std::vector<std::chrono::microseconds> gaps;
    const Clock::time_point end = Clock::now() + time;
    while (::poll(waiting.data(), waiting.size(), support::poll_timeout(end)) > 0) {
        const Clock::time_point now = Clock::now();
        for (std::size_t i = 0; i < waiting.size(); ++i) {
            if (waiting[i].revents == 0) {
                continue;
            }
            if (!drain(waiting[i].fd)) {
                waiting[i].fd = -1;  // closed by the server
                continue;
            }
            const auto gap = std::chrono::duration_cast<std::chrono::microseconds>(now - last[i]);
            if (last[i] != Clock::time_point{} && gap > kSameDelivery) {
                gaps.push_back(gap);
            }
            last[i] = now;
        }
    }
    if (gaps.empty()) {
        return std::chrono::microseconds::zero();
    }
    const auto middle = gaps.begin() + static_cast<std::ptrdiff_t>(gaps.size() / 2);
    std::nth_element(gaps.begin(), middle, gaps.end());
    return *middle;
}

}  // namespace ringcast::tests::bench
