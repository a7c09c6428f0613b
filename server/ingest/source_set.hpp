// SPDX-License-Identifier: Apache-2.0
// One worker's live sources. Each is a descriptor in one epoll set: what arrives is received
// straight into the ring's span behind the head, body framing is taken out there, and whole
// frames are published. No Asio object, no timer and no allocation per source; deadlines are swept
// once a second.
#pragma once

#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/steady_timer.hpp>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "core/body_decoder.hpp"
#include "core/identity_store.hpp"
#include "core/source_record.hpp"
#include "server/net/quota.hpp"
#include "server/net/worker.hpp"
#include "server/runtime/logging.hpp"
#include "server/runtime/submitter.hpp"
#include "server/stations/station_entry.hpp"

namespace ringcast::server::ingest {

/// A connection that becomes a live source: authenticated, answered, and its writer's claim held.
struct NewSource {
    std::shared_ptr<stations::StationEntry> entry;
    std::uint64_t id = 0;  ///< of the claim
    net::Place place;      ///< among the live sources
    core::SourceFacts facts;
    core::Identity identity;
    core::BodyState body;
    std::string received;        ///< bytes of the body that came with the head
    bool answer_at_end = false;  ///< a PUT that was only told to continue gets its 200 at the end
};

/// What all workers' sources share.
struct SourceContext {
    core::BlockPool& pool;
    core::IdentityStore& identities;
    runtime::Submitter& submitter;
    const runtime::Logger& logger;
    std::uint32_t source_timeout_ms = 10'000;  ///< without a byte; 0: off
};

/// All functions: on the worker's thread.
class SourceSet {
  public:
    SourceSet(net::Worker& worker, SourceContext context);
    ~SourceSet();
    SourceSet(const SourceSet&) = delete;
    SourceSet& operator=(const SourceSet&) = delete;

    /// Starts a source. Its station's writing half has begun (Station::begin_source).
    void adopt(NewSource source);

    /// Whether session `id` is still there, once what has arrived of it is taken: an encoder that
    /// reconnects at once must not find its own old connection in the way.
    [[nodiscard]] bool is_live(std::uint64_t id);

    /// Ends session `id`, if it is still there.
    void end(std::uint64_t id, net::CloseReason reason);

    /// Ends all sources. May be called again, and by another thread once the worker's has ended.
    void stop();

  private:
    struct Session {
        std::shared_ptr<stations::StationEntry> entry;
        std::uint64_t id = 0;
        net::Place place;
        core::SourceRecord* record = nullptr;
        core::BodyState body;
        std::uint64_t raw_received = 0;
        std::int64_t last_byte_ms = 0;
        std::int64_t last_publish_us = 0;
        std::string early;  // body bytes that came with the head, not yet taken
        bool answer_at_end = false;
        bool paused = false;  // out of the epoll set until the next turn: the ring was pinned
        bool format_known = false;
        bool complained = false;
    };

    [[nodiscard]] core::SourceRecord* take_record();
    void refuse(NewSource source, net::CloseReason reason);
    void take_early(std::uint64_t id);
    void wait_readable();
    void on_readable();
    bool step(Session& session);
    void complain(Session& session);
    [[nodiscard]] std::size_t fill(Session& session, std::span<std::byte> span, bool& ended,
                                   net::CloseReason& reason);
    [[nodiscard]] bool take(Session& session, std::span<std::byte> region,
                            std::span<const std::byte> raw);
    [[nodiscard]] std::size_t scan(Session& session);
    void take_title(Session& session, const core::InBandTitle& in_band);
    void pause(Session& session);
    void wait_for(Session& session, std::uint32_t events);
    void sweep();
    void arm_sweep();
    void finish(Session& session, net::CloseReason reason);
    void log_end(const Session& session, net::CloseReason reason);
    [[nodiscard]] Session* find(std::uint64_t id);

    net::Worker& worker_;
    SourceContext context_;
    int epoll_;
    boost::asio::posix::stream_descriptor readable_;
    boost::asio::steady_timer look_timer_;
    boost::asio::steady_timer sweep_timer_;
    bool sweeping_ = false;
    bool stopping_ = false;
    std::vector<std::unique_ptr<Session>> sessions_;
};

}  // namespace ringcast::server::ingest
