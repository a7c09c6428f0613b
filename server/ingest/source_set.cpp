// SPDX-License-Identifier: Apache-2.0
#include "server/ingest/source_set.hpp"

#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <utility>

#include "core/check.hpp"
#include "server/http/response.hpp"
#include "server/net/departure.hpp"
#include "server/runtime/system_clock.hpp"

namespace ringcast::server::ingest {

namespace {

/// Sources served before other work gets its turn.
constexpr int kEventsMax = 64;
/// After one look at the sources, the next: with hundreds of them a thread that woke for each frame
/// would do little else. Listeners are visited in longer steps, and a lone source's frames do not
/// come that fast.
constexpr auto kLookInterval = std::chrono::milliseconds(5);
/// Steps in which all that a socket holds is taken.
constexpr int kStepsMax = 64;
constexpr std::uint32_t kReadable = EPOLLIN | EPOLLRDHUP;
constexpr auto kSweepInterval = std::chrono::milliseconds(250);

}  // namespace

SourceSet::SourceSet(net::Worker& worker, SourceContext context)
    : worker_(worker),
      context_(context),
      epoll_(::epoll_create1(EPOLL_CLOEXEC)),
      readable_(worker.context),
      look_timer_(worker.context),
      sweep_timer_(worker.context) {
    core::check(epoll_ >= 0, "an epoll set can be made at start-up");
    readable_.assign(epoll_);
    wait_readable();
}

SourceSet::~SourceSet() {
    core::check(sessions_.empty(), "every source was ended");
}

SourceSet::Session* SourceSet::find(std::uint64_t id) {
    const auto found = std::find_if(sessions_.begin(), sessions_.end(),
                                    [id](const auto& session) { return session->id == id; });
    return found == sessions_.end() ? nullptr : found->get();
}

/// A record that nobody has. It is Live only once it tells the truth.
core::SourceRecord* SourceSet::take_record() {
    for (core::SourceRecord& record : context_.pool.sources()) {
        auto free = core::RecordState::Free;
        if (record.state.compare_exchange_strong(free, core::RecordState::Claimed)) {
            return &record;
        }
    }
    return nullptr;
}

void SourceSet::refuse(NewSource source, net::CloseReason reason) {
    context_.logger.warning("{}: source refused: {}", source.entry->mount(),
                            net::describe(reason).text);
    ::close(source.facts.descriptor);
    worker_.closed.add(reason);
    worker_.counters.subtract(runtime::Counter::ConnectionsOpen);
    source.place.reset();
    source.entry->station().end_source();
    source.entry->release_writer(source.id, runtime::steady_milliseconds());
}

void SourceSet::adopt(NewSource source) {
    if (stopping_) {
        refuse(std::move(source), net::CloseReason::ServerStopping);
        return;
    }
    auto session = std::make_unique<Session>();
    epoll_event event{};
    event.events = kReadable;
    event.data.ptr = session.get();
    if (::epoll_ctl(epoll_, EPOLL_CTL_ADD, source.facts.descriptor, &event) != 0) {
        refuse(std::move(source), net::CloseReason::SystemError);
        return;
    }
    core::SourceRecord* const record = take_record();
    if (record == nullptr) {
        refuse(std::move(source), net::CloseReason::TableFull);
        return;
    }
    session->entry = std::move(source.entry);
    session->id = source.id;
    session->place = std::move(source.place);
    session->record = record;
    session->body = source.body;
    session->early = std::move(source.received);
    session->answer_at_end = source.answer_at_end;
    session->last_byte_ms = runtime::steady_milliseconds();
    session->last_publish_us = runtime::steady_microseconds();
    record->facts = source.facts;
    record->facts.station = session->entry->index();
    record->facts.worker = worker_.number;
    record->identity = context_.identities.store(source.identity);
    record->set_progress({.head = session->entry->station().ring().head(), .body = session->body});
    record->state.store(core::RecordState::Live, std::memory_order_release);
    worker_.counters.add(runtime::Counter::SourcesJoined);
    worker_.counters.add(runtime::Counter::Sources);
    sessions_.push_back(std::move(session));
    arm_sweep();
    take_early(source.id);
}

/// What came with the head, in as many steps as it needs. A body may have ended with it, or before
/// it began.
void SourceSet::take_early(std::uint64_t id) {
    Session* session = find(id);
    while (session != nullptr && !session->paused &&
           (!session->early.empty() || session->body.ended)) {
        step(*session);
        session = find(id);
    }
}

void SourceSet::wait_readable() {
    readable_.async_wait(boost::asio::posix::stream_descriptor::wait_read,
                         [this](const boost::system::error_code& error) {
                             if (!error) {
                                 on_readable();
                             }
                         });
}

void SourceSet::on_readable() {
    look_timer_.expires_after(kLookInterval);
    std::array<epoll_event, kEventsMax> events;
    const int count = ::epoll_wait(epoll_, events.data(), kEventsMax, 0);
    bool more = count == kEventsMax;
    for (int i = 0; i < count; ++i) {
        // A step ends no other session than its own, so the rest of the pointers stay good.
        more |= step(*static_cast<Session*>(events[static_cast<std::size_t>(i)].data.ptr));
    }
    if (more) {
        wait_readable();
        return;
    }
    look_timer_.async_wait([this](const boost::system::error_code& error) {
        if (!error) {
            wait_readable();
        }
    });
}

/// A worker is sending bytes that the reservation would replace: try again on the next turn.
void SourceSet::pause(Session& session) {
    if (session.paused) {
        return;
    }
    session.paused = true;
    wait_for(session, 0);
    boost::asio::post(worker_.context, [this, id = session.id] {
        if (Session* paused = find(id)) {
            paused->paused = false;
            wait_for(*paused, kReadable);
            step(*paused);
            take_early(id);
        }
    });
}

void SourceSet::wait_for(Session& session, std::uint32_t events) {
    epoll_event event{};
    event.events = events;
    event.data.ptr = &session;
    (void)::epoll_ctl(epoll_, EPOLL_CTL_MOD, session.record->facts.descriptor, &event);
}

void SourceSet::arm_sweep() {
    if (sweeping_ || sessions_.empty()) {
        return;
    }
    sweeping_ = true;
    sweep_timer_.expires_after(kSweepInterval);
    sweep_timer_.async_wait([this](const boost::system::error_code& error) {
        sweeping_ = false;
        if (!error) {
            sweep();
            arm_sweep();
        }
    });
}

void SourceSet::sweep() {
    if (context_.source_timeout_ms == 0) {
        return;
    }
    const std::int64_t now = runtime::steady_milliseconds();
    for (std::size_t i = sessions_.size(); i-- > 0;) {
        if (now - sessions_[i]->last_byte_ms >= context_.source_timeout_ms) {
            finish(*sessions_[i], net::CloseReason::SourceTimeout);
        }
    }
}

bool SourceSet::is_live(std::uint64_t id) {
    Session* session = find(id);
    for (int steps = 0; session != nullptr && !session->paused && steps < kStepsMax; ++steps) {
        const std::uint64_t received = session->raw_received;
        step(*session);
        session = find(id);
        if (session != nullptr && session->raw_received == received) {
            return true;
        }
    }
    return session != nullptr;
}

void SourceSet::end(std::uint64_t id, net::CloseReason reason) {
    if (Session* session = find(id)) {
        finish(*session, reason);
    }
}

void SourceSet::stop() {
    stopping_ = true;
    while (!sessions_.empty()) {
        finish(*sessions_.back(), net::CloseReason::ServerStopping);
    }
    boost::system::error_code ignored;
    readable_.cancel(ignored);
    look_timer_.cancel();
    sweep_timer_.cancel();
}

void SourceSet::finish(Session& session, net::CloseReason reason) {
    const int descriptor = session.record->facts.descriptor;
    if (session.answer_at_end && reason == net::CloseReason::SourceFinished) {
        const std::string_view answer = http::source_accepted(http::Version::Http11);
        (void)::send(descriptor, answer.data(), answer.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
    }
    session.record->state.store(core::RecordState::Closed, std::memory_order_release);
    ::close(descriptor);
    worker_.closed.add(reason);
    worker_.counters.subtract(runtime::Counter::Sources);
    worker_.counters.subtract(runtime::Counter::ConnectionsOpen);
    session.place.reset();
    session.entry->station().end_source();
    log_end(session, reason);
    context_.identities.release(session.record->identity);
    session.record->state.store(core::RecordState::Free, std::memory_order_release);
    session.entry->release_writer(session.id, runtime::steady_milliseconds());
    const auto place =
        std::find_if(sessions_.begin(), sessions_.end(),
                     [&session](const auto& other) { return other.get() == &session; });
    sessions_.erase(place);
}

void SourceSet::log_end(const Session& session, net::CloseReason reason) {
    context_.logger.info("{}: source left: {} ({} bytes)", session.entry->mount(),
                         net::describe(reason).text, session.raw_received);
    const core::SourceFacts& facts = session.record->facts;
    const core::Identity identity = context_.identities.load(session.record->identity);
    net::log_or_shed(context_.submitter, {.identity = identity,
                                          .address = facts.address,
                                          .joined_ms = facts.joined_ms,
                                          .bytes = session.raw_received});
}

}  // namespace ringcast::server::ingest
