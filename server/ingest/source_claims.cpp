// SPDX-License-Identifier: Apache-2.0
#include "server/ingest/source_claims.hpp"

#include <algorithm>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <utility>

#include "server/ingest/source_description.hpp"
#include "server/ingest/title.hpp"
#include "server/runtime/off_the_loop.hpp"
#include "server/runtime/system_clock.hpp"

namespace ringcast::server::ingest {

namespace asio = boost::asio;

namespace {

/// A source that has sent no whole frame for this long may be taken over silently.
constexpr std::int64_t kSilentMs = 2000;
/// A claim is lost to another source that comes at the same moment at most this often.
constexpr int kClaimTriesMax = 4;
constexpr auto kDoorPatience = std::chrono::milliseconds(20);

/// For a holder that is in no worker's set: its claim is given back, or it is on its way from the
/// door into the set.
asio::awaitable<void> at_the_door() {
    asio::steady_timer timer(co_await asio::this_coro::executor, kDoorPatience);
    co_await timer.async_wait(asio::use_awaitable);
}

}  // namespace

Claim::~Claim() {
    if (entry != nullptr && writer.id != 0) {
        entry->release_writer(writer.id, runtime::steady_milliseconds());
    }
}

SourceClaims::SourceClaims(Parts parts, ClaimOptions options)
    : parts_(std::move(parts)), options_(std::move(options)) {
}

std::size_t SourceClaims::least_loaded() const {
    const auto least = std::min_element(parts_.workers.begin(), parts_.workers.end(),
                                        [](const net::Worker* a, const net::Worker* b) {
                                            return a->counters.value(runtime::Counter::Sources) <
                                                   b->counters.value(runtime::Counter::Sources);
                                        });
    return static_cast<std::size_t>(least - parts_.workers.begin());
}

std::optional<Refusal> SourceClaims::take_place(Claim& claim) {
    if (claim.place == nullptr) {
        claim.place = net::take_place(parts_.limit);
    }
    if (claim.place == nullptr) {
        return Refusal(net::CloseReason::SourcesFull, http::Status::Forbidden,
                       "too many sources connected");
    }
    return std::nullopt;
}

std::optional<Refusal> SourceClaims::find_or_add(const std::string& mount, Claim& claim) {
    claim.entry = parts_.registry.find(mount);
    if (claim.entry != nullptr) {
        return std::nullopt;
    }
    if (!options_.dynamic_stations) {
        return Refusal(net::CloseReason::NotFound, http::Status::NotFound, "no such mountpoint");
    }
    if (auto refusal = take_place(claim)) {
        return refusal;
    }
    stations::StationSettings settings = options_.dynamic_settings;
    settings.mount = mount;
    settings.dynamic = true;
    auto added = parts_.registry.add(std::move(settings));
    if (!added) {
        return Refusal(net::CloseReason::PoolExhausted, http::Status::ServiceUnavailable,
                       "no room for another station");
    }
    claim.entry = *added;
    return std::nullopt;
}

asio::awaitable<std::optional<Refusal>> SourceClaims::displace(stations::StationEntry& entry,
                                                               const stations::Writer& holder,
                                                               const std::string& user) {
    if (holder.is_input) {
        co_await pause_input_(holder);
        co_return std::nullopt;
    }
    bool allowed = false;
    switch (entry.settings().takeover) {
        case stations::Takeover::Silent:
            allowed = holder.user == user &&
                      runtime::steady_milliseconds() - entry.last_frame_ms() >= kSilentMs;
            break;
        case stations::Takeover::Always:
            allowed = true;
            break;
        case stations::Takeover::Never:
            break;
    }
    SourceSet& set = *parts_.sets[holder.worker];
    net::Worker& worker = *parts_.workers[holder.worker];
    const auto is_live = [&set, id = holder.id] { return set.is_live(id); };
    if (!allowed && co_await net::run_on(worker, is_live)) {
        const Refusal in_use(net::CloseReason::MountInUse, http::Status::Forbidden,
                             "Mountpoint in use");
        co_return in_use;
    }
    (void)co_await net::run_on(worker, [&set, id = holder.id] {
        set.end(id, net::CloseReason::SourceDisplaced);
        return true;
    });
    co_return std::nullopt;
}

asio::awaitable<std::optional<Refusal>> SourceClaims::claim(const std::string& mount,
                                                            const std::string& user,
                                                            const std::string& content_type,
                                                            Claim& claim) {
    const std::shared_ptr<stations::StationEntry> there = parts_.registry.find(mount);
    stations::Writer writer;
    writer.id = next_id();
    writer.worker = static_cast<std::uint32_t>(least_loaded());
    writer.user = user;
    writer.content_type =
        stream_type(there != nullptr ? there->settings() : options_.dynamic_settings, content_type);
    if (writer.content_type.empty()) {
        const Refusal refusal(net::CloseReason::NoContentType, http::Status::Forbidden,
                              "No Content-type given");
        co_return refusal;
    }
    std::uint64_t seen = 0;
    for (int tries = 0; tries < kClaimTriesMax; ++tries) {
        if (auto refusal = find_or_add(mount, claim)) {
            co_return refusal;
        }
        const std::string input_type = claim.entry->input_type();
        const std::string& said = content_type.empty() ? writer.content_type : content_type;
        if (!input_type.empty() && input_type != stream_type(said)) {
            const std::string text = "the content type must be " + input_type;
            const Refusal refusal(net::CloseReason::ContentTypeMismatch, http::Status::Forbidden,
                                  text);
            co_return refusal;
        }
        const std::optional<stations::Writer> holder =
            claim.entry->claim(writer, runtime::steady_milliseconds());
        if (!holder) {
            claim.writer = writer;  // from here on the claim gives it back
            co_return take_place(claim);
        }
        if (holder->id != 0) {
            if (std::exchange(seen, holder->id) == holder->id) {
                co_await at_the_door();
            }
            if (auto refusal = co_await displace(*claim.entry, *holder, user)) {
                co_return refusal;
            }
        }
    }
    const Refusal in_use(net::CloseReason::MountInUse, http::Status::Forbidden,
                         "Mountpoint in use");
    co_return in_use;
}

asio::awaitable<std::optional<Refusal>> SourceClaims::begin(
    const Claim& claim, const http::SourceProperties& properties, const std::string& address) {
    stations::StationEntry& entry = *claim.entry;
    const auto populate = [&entry] { return entry.station().make_resident().has_value(); };
    if (!co_await runtime::off_the_loop(parts_.blocking, populate)) {
        parts_.logger.error("{}: no memory for the ring", entry.mount());
        const Refusal refusal(net::CloseReason::PoolExhausted, http::Status::ServiceUnavailable,
                              "no memory for the ring");
        co_return refusal;
    }
    const std::string& type = claim.writer.content_type;
    (void)co_await net::run_on(*parts_.workers[claim.writer.worker], [&entry, &type] {
        const bool begun = entry.station().begin_source(type, entry.change_type(type)).has_value();
        core::check(begun, "a source begins in a ring that is resident");
        if (!entry.now_playing().title.empty()) {
            set_title(entry, {}, 0);  // that was another source's
        }
        return begun;
    });
    entry.set_broadcast(make_broadcast(entry.settings(), properties, address));
    entry.station().record().counters.source_connections.fetch_add(1, std::memory_order_relaxed);
    co_return std::nullopt;
}

}  // namespace ringcast::server::ingest
