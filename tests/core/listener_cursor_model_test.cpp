// SPDX-License-Identifier: Apache-2.0
// The listener cursor against a naive model that keeps every byte, title and chain of headers:
// random publishing, metaints, partial writes, skips, and deaths of the process between any two
// stores, after which the position is computed again from the record, the ring and the kernel's
// count.
#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <vector>

#include "core/listener_cursor.hpp"
#include "core/station.hpp"
#include "tests/support/core_station.hpp"
#include "tests/support/naive_listener.hpp"
#include "tests/support/random.hpp"

namespace ringcast::core {
namespace {

using tests::CoreStation;
using tests::NaiveListener;
using tests::NaiveStream;
using tests::Random;

constexpr std::size_t kReceiveMax = 6000;

/// Where the process dies in a delivery.
enum class Death {
    None,
    BeforeStore,    ///< the kernel has the bytes, the record is the old one
    WithinStore,    ///< half of the unused slot is written
    BeforeCurrent,  ///< the unused slot is written, not current
    AfterStore,
};
constexpr std::array kDeaths{Death::BeforeStore, Death::WithinStore, Death::BeforeCurrent,
                             Death::AfterStore};

/// What a process that dies in the middle of record.set_cursor(state) leaves.
void store_until(Death death, ListenerRecord& record, const CursorState& state) {
    CursorState& unused = record.slots[record.current.load() ^ 1U];
    switch (death) {
        case Death::BeforeStore:
            return;
        case Death::WithinStore:
            unused = CursorState{.offset = state.offset, .sent = ~state.sent, .block_size = 7};
            return;
        case Death::BeforeCurrent:
            unused = state;
            return;
        case Death::None:
        case Death::AfterStore:
            record.set_cursor(state);
            return;
    }
}

struct Listener {
    std::uint32_t metaint;
    NaiveListener naive;
    std::unique_ptr<ListenerRecord> record = std::make_unique<ListenerRecord>();
    std::uint64_t kernel_count = 0;  ///< bytes that the socket took, as the kernel knows them
};

class CursorModel {
  public:
    explicit CursorModel(unsigned seed) : random_(seed) {}

    void publish() {
        const std::size_t size = 1 + random_() % kReceiveMax;
        const std::span<std::byte> span = station_->prepare(size);
        if (span.empty()) {
            ++withdrawn_;
            return;
        }
        for (std::byte& byte : span) {
            byte = static_cast<std::byte>(random_());
            stream_.audio.push_back(byte);
        }
        ASSERT_EQ(station_->publish(size, 1000), size);
    }

    void set_title() {
        const std::string title(random_() % 60, static_cast<char>('a' + random_() % 26));
        const StreamOffset head = station_->ring().head();
        const StreamOffset low = head > kExtentBytesMin ? head - kExtentBytesMin : 0;
        // The model's timeline never fills; that the station's waits then is another test's
        // subject.
        if (stream_.titles_from(low) + 2 <= kTitlesMax) {
            station_->set_title(title, "", 0);
            stream_.set_title(title, head);
        }
    }

    void set_headers() {
        std::vector<std::byte> headers(random_() % 4 == 0 ? 0 : random_() % 5000);
        std::ranges::generate(headers, [this] { return static_cast<std::byte>(random_()); });
        const StreamOffset head = station_->ring().head();
        // A station enters one chain per sync frame, so never two at one offset.
        HeaderChains chains(station_->record().chains);
        if (stream_.chains.empty() || stream_.chains.back().from != head) {
            if (chains.enter(headers, head, station_->ring().confirmed_low())) {
                stream_.chains.push_back({head, std::move(headers)});
            }
        }
    }

    void join() {
        static constexpr std::array<std::uint32_t, 4> kMetaints{0, 2048, 4099, 16000};
        const std::uint32_t metaint = kMetaints[random_() % kMetaints.size()];
        const JoinPoint point = random_() % 4 == 0 ? JoinPoint{.offset = station_->ring().head()}
                                                   : station_->join({.bytes = random_() % 40000});
        const ListenerCursor cursor(*station_, metaint, station_->ring().head());
        listeners_.push_back({metaint, NaiveListener(metaint, point.offset)});
        listeners_.back().record->set_cursor(cursor.begin(point.offset));
    }

    /// One delivery with a random partial count; the process may die anywhere in it.
    void deliver() {
        if (listeners_.empty()) {
            return;
        }
        const std::size_t chosen = random_() % listeners_.size();
        const Death death = random_() % 3 == 0 ? kDeaths[random_() % kDeaths.size()] : Death::None;
        if (random_() % 500 == 0 || !serve(listeners_[chosen], death)) {
            std::swap(listeners_[chosen], listeners_.back());
            listeners_.pop_back();
        }
        station_->ring().unpin(0);
    }

    [[nodiscard]] std::size_t skips() const { return skips_; }
    [[nodiscard]] std::size_t deaths() const { return deaths_; }
    [[nodiscard]] std::size_t preludes() const { return preludes_; }
    [[nodiscard]] std::size_t withdrawn() const { return withdrawn_; }
    Station& station() { return *station_; }

  private:
    /// False when the listener cannot go on.
    bool serve(Listener& listener, Death death) {
        CursorState state = listener.record->cursor();
        EXPECT_EQ(state.sent, listener.kernel_count);
        if (station_->ring().pin(0, state.offset) > state.offset) {
            if (!skip(listener, death)) {
                return false;
            }
            state = listener.record->cursor();
        }
        const ListenerCursor cursor(*station_, listener.metaint, station_->ring().head());
        SendPlan plan;
        cursor.plan(state, 1 + random_() % 20000, plan);
        const std::size_t taken = plan.bytes == 0 ? 0 : random_() % (plan.bytes + 1);
        check_bytes(listener, plan, taken);
        listener.kernel_count += taken;
        cursor.advance(state, taken);
        preludes_ += state.prelude_sent != 0 ? 1 : 0;
        store_until(death, *listener.record, state);
        if (death != Death::None) {
            if (random_() % 2 == 0) {
                publish();  // another worker went on until the process was gone
            }
            recover(listener, state);
        }
        return true;
    }

    /// Moves a listener that fell out of the window, as often as the process dies in it.
    bool skip(Listener& listener, Death death) {
        for (;; death = Death::None) {
            CursorState state = listener.record->cursor();
            const ListenerCursor cursor(*station_, listener.metaint, station_->ring().head());
            const StreamOffset target =
                random_() % 8 == 0 ? station_->ring().head() : station_->skip_target();
            const bool goes_on = cursor.skip_to(state, target);
            EXPECT_EQ(goes_on, listener.naive.can_skip());
            if (!goes_on) {
                return false;
            }
            store_until(death, *listener.record, state);
            if (listener.record->cursor().offset == target) {
                listener.naive.skip(target);
                ++skips_;
                EXPECT_LE(station_->ring().pin(0, target), target);
                return true;
            }
        }
    }

    void check_bytes(Listener& listener, const SendPlan& plan, std::size_t taken) {
        for (std::size_t i = 0; i < plan.count && taken > 0; ++i) {
            const auto part = plan.segments[i].first(std::min(plan.segments[i].size(), taken));
            for (const std::byte byte : part) {
                ASSERT_TRUE(listener.naive.take(byte, stream_)) << "at " << listener.naive.offset();
            }
            taken -= part.size();
        }
    }

    /// A new process: the record, the ring and the kernel's count tell where the listener stands,
    /// in however many steps they are counted.
    void recover(Listener& listener, const CursorState& expected) {
        ++deaths_;
        const ListenerCursor cursor(*station_, listener.metaint, station_->ring().head());
        CursorState state = listener.record->cursor();
        while (state.sent < listener.kernel_count) {
            const std::uint64_t left = listener.kernel_count - state.sent;
            cursor.advance(state, std::min<std::uint64_t>(left, 1 + random_() % 5000));
        }
        ASSERT_EQ(state.sent, expected.sent);
        ASSERT_EQ(state.offset, expected.offset);
        ASSERT_EQ(state.until_meta, expected.until_meta);
        ASSERT_EQ(state.block_sent, expected.block_sent);
        ASSERT_EQ(state.title_shown, expected.title_shown);
        ASSERT_EQ(state.block_title, expected.block_title);
        ASSERT_EQ(state.prelude_sent, expected.prelude_sent);
        listener.record->set_cursor(state);
    }

    Random random_;
    CoreStation station_;
    NaiveStream stream_;
    std::vector<Listener> listeners_;
    std::size_t skips_ = 0;
    std::size_t deaths_ = 0;
    std::size_t preludes_ = 0;
    std::size_t withdrawn_ = 0;
};

TEST(ListenerCursor, SendsWhatANaiveModelSaysUnderAnyPartialWriteAndReplay) {
    for (const unsigned seed : {1U, 20261121U, std::random_device{}()}) {
        SCOPED_TRACE("seed " + std::to_string(seed));
        CursorModel model(seed);
        Random random(seed + 1);
        constexpr std::uint32_t kSteps = tests::model_steps(60'000);
        for (std::uint32_t step = 0; step < kSteps && !testing::Test::HasFailure(); ++step) {
            const auto choice = random() % 200;
            if (choice < 16) {
                model.publish();
            } else if (choice < 18) {
                model.set_title();
            } else if (choice < 19) {
                model.set_headers();
            } else if (choice < 21) {
                model.join();
            } else {
                model.deliver();
            }
            model.station().ring().check_invariants();
        }
        EXPECT_GT(model.skips(), kSteps / 600);
        EXPECT_GT(model.deaths(), kSteps / 12);
        EXPECT_GT(model.preludes(), kSteps / 120);
        EXPECT_GT(model.withdrawn(), kSteps / 6000);
    }
}

}  // namespace
}  // namespace ringcast::core
