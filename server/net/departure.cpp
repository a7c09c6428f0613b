// SPDX-License-Identifier: Apache-2.0
#include "server/net/departure.hpp"

#include <algorithm>
#include <cstring>
#include <string_view>

#include "server/runtime/access_log.hpp"
#include "server/runtime/system_clock.hpp"

namespace ringcast::server::net {

namespace {

runtime::AccessEntry to_entry(const Departure& departure) {
    const std::int64_t now_ms = runtime::wall_microseconds() / 1000;
    runtime::AccessEntry entry;
    std::memcpy(entry.remote.data(), departure.address.data(), entry.remote.size());
    entry.ended_s = now_ms / 1000;
    entry.seconds =
        static_cast<std::uint64_t>(std::max<std::int64_t>(0, now_ms - departure.joined_ms)) / 1000;
    entry.bytes = departure.bytes;
    entry.status = departure.status;
    // "GET /live HTTP/1.1"
    std::string_view line = departure.identity.target;
    entry.method = line.substr(0, line.find(' '));
    line.remove_prefix(std::min(line.size(), entry.method.size() + 1));
    entry.target = line.substr(0, line.rfind(' '));
    line.remove_prefix(std::min(line.size(), entry.target.size() + 1));
    entry.protocol = line;
    entry.user = departure.identity.user;
    entry.referer = departure.identity.referer;
    entry.agent = departure.identity.agent;
    return entry;
}

}  // namespace

bool log_departure(runtime::Submitter& submitter, const Departure& departure) {
    return runtime::try_submit(submitter, to_entry(departure));
}

void log_or_shed(runtime::Submitter& submitter, const Departure& departure) {
    runtime::submit(submitter, to_entry(departure));
}

}  // namespace ringcast::server::net
