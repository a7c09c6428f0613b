// SPDX-License-Identifier: Apache-2.0
// A source over deaths of the process: what the record says, the raw bytes behind the head and the
// kernel's count are enough to go on without losing or doubling a byte.
#include "core/source_record.hpp"

#include <gtest/gtest.h>

#include <array>
#include <memory>
#include <vector>

#include "core/station.hpp"
#include "tests/support/body_writer.hpp"
#include "tests/support/core_station.hpp"
#include "tests/support/random.hpp"

namespace ringcast::core {
namespace {

using tests::BodyWriter;
using tests::bytes_view;
using tests::CoreStation;
using tests::Random;

TEST(SourceRecord, ProgressChangesByOneStoreAndTheOldOneStaysUntilThen) {
    const auto record = std::make_unique<SourceRecord>();
    record->set_progress({.head = 10, .raw_received = 20, .body = {}});
    const std::uint32_t slot = record->current.load();
    record->slots[slot ^ 1U] = SourceProgress{
        .head = 99, .raw_received = 0, .body = {}};  // what a crash in between leaves
    EXPECT_EQ(record->progress().head, 10U);
    EXPECT_EQ(record->progress().raw_received, 20U);
    record->set_progress({.head = 30, .raw_received = 40, .body = {}});
    EXPECT_EQ(record->progress().head, 30U);
    EXPECT_EQ(record->current.load(), slot ^ 1U);
}

/// Where the process dies in a step: right after what the name says.
enum class Death { None, Receive, HalfDecode, Decode, Scan, Progress, Commit };
constexpr std::array kDeaths = {Death::None, Death::Receive,  Death::HalfDecode, Death::Decode,
                                Death::Scan, Death::Progress, Death::Commit};

struct Body {
    BodyWriter writer;
    BodyState begin;
};

/// `parts` times `part` bytes of audio, with titles if there is a metaint (which is `part` then).
Body random_body(Random& random, const BodyState& begin, int parts, std::size_t part) {
    const bool chunked = begin.framing == BodyFraming::Chunked;
    Body body{BodyWriter({.metaint = begin.metaint, .chunked = chunked}), begin};
    for (int i = 0; i < parts; ++i) {
        std::string audio(part, '\0');
        std::ranges::generate(audio, [&random] { return static_cast<char>(random()); });
        body.writer.audio(audio);
        if (begin.metaint != 0) {
            body.writer.block(i % 7 % 3 == 1 ? "StreamTitle='" + std::to_string(i) + "';" : "");
        }
    }
    if (chunked) {
        body.writer.chunk(random);
    }
    if (begin.framing == BodyFraming::Length) {
        body.begin.remaining = body.writer.raw().size();
    }
    return body;
}

/// Every kind of body, the metadata blocks `metaint` apart.
std::vector<Body> all_bodies(Random& random, int parts, std::uint32_t metaint) {
    std::vector<Body> bodies;
    for (const BodyFraming framing :
         {BodyFraming::UntilClose, BodyFraming::Length, BodyFraming::Chunked}) {
        for (const std::uint32_t interval : {0U, metaint}) {
            bodies.push_back(
                random_body(random, BodyDecoder::begin(framing, 1, interval), parts, metaint));
        }
    }
    return bodies;
}

/// What outlives the process: the pool with the station and the record, and the kernel's count of
/// bytes it gave away. A process is one call of live(): it has nothing else to begin with.
class SourceModel {
  public:
    explicit SourceModel(const Body& body) : writer_(body.writer) {
        record_->set_progress({.head = 0, .raw_received = 0, .body = body.begin});
    }

    /// A process that finds what the one before it left, and dies in its step number `steps`. When
    /// it finds raw bytes that were not consumed, these are its first step. `piece` is how much
    /// there is to receive at most, at a place in the body. False when the body has been taken.
    template <class Piece>
    bool live(const Piece& piece, int steps, Death death) {
        const SourceProgress found = record_->progress();
        BlockRing& ring = station_->ring();
        EXPECT_GE(found.head, ring.head());
        EXPECT_EQ(ring.prepare(found.head - ring.head()).size(), found.head - ring.head());
        ring.commit(found.head - ring.head());
        BodyState body = found.body;
        std::size_t consumed = found.raw_received;
        while (!testing::Test::HasFailure()) {
            if (consumed == given_ && given_ == writer_.raw().size()) {
                return false;
            }
            const bool last = --steps <= 0;
            if (!step(body, consumed, piece, last ? death : Death::None)) {
                return true;
            }
            check_published();
        }
        return false;
    }

    /// What a listener is shown at every offset.
    [[nodiscard]] std::vector<std::string> titles() const {
        std::vector<std::string> titles;
        for (StreamOffset at = 0; at < station_.station().ring().head(); ++at) {
            const auto block = station_.station().titles().at(at).block;
            titles.push_back(icy::decode_text(block.subspan(1)).title);
        }
        return titles;
    }

    void check_finished() {
        check_published();
        EXPECT_EQ(station_->ring().head(), writer_.audio().size());
        EXPECT_EQ(record_->progress().body.audio, 0U);
        EXPECT_EQ(record_->progress().body.ended,
                  record_->progress().body.framing != BodyFraming::UntilClose);
    }

  private:
    /// One step as the ingest does it. False when the process died in it.
    template <class Piece>
    bool step(BodyState& body, std::size_t& consumed, const Piece& piece, Death death) {
        const RawPlace place = raw_place(body, station_->ring().reserve_max());
        const std::size_t again = given_ - consumed;
        const std::size_t size = again > 0 ? again
                                           : std::min<std::size_t>({writer_.raw().size() - given_,
                                                                    piece(given_), place.size_max});
        const std::span<std::byte> region = station_->prepare(place.begin + size);
        const std::span<std::byte> raw = region.subspan(place.begin, size);
        if (again == 0) {
            std::ranges::copy(bytes_view(writer_.raw()).subspan(given_, size), raw.begin());
            given_ += size;
        }
        if (death == Death::Receive) {
            return false;
        }
        const std::size_t decoded = death == Death::HalfDecode ? size / 2 : size;
        InBandTitle title;
        const Result<bool> titled = BodyDecoder::decode(body, region, raw.first(decoded), title);
        EXPECT_TRUE(titled);
        if (death == Death::HalfDecode || death == Death::Decode || !titled) {
            return false;
        }
        if (*titled) {
            const icy::StreamText text = icy::decode_text(title.text());
            station_->set_title(text.title, text.url, title.at);
        }
        // Some bytes are kept back, as if they were no whole frame.
        const std::size_t kept = given_ == writer_.raw().size() ? 0 : given_ * 7 % 40;
        const std::size_t scanned =
            station_->scan(body.audio - std::min<std::size_t>(body.audio, kept), 1000);
        if (death == Death::Scan) {
            return false;
        }
        consumed += size;
        body.audio -= static_cast<std::uint32_t>(scanned);
        record_->set_progress(
            {.head = station_->ring().head() + scanned, .raw_received = consumed, .body = body});
        if (death == Death::Progress) {
            return false;
        }
        station_->commit(scanned);
        return death != Death::Commit;
    }

    void check_published() {
        BlockRing& ring = station_->ring();
        ASSERT_LE(ring.head(), writer_.audio().size());
        while (checked_ < ring.head()) {
            const auto part = ring.read(checked_, ring.head() - checked_);
            const auto expected = bytes_view(writer_.audio()).subspan(checked_, part.size());
            ASSERT_TRUE(std::ranges::equal(part, expected)) << "near " << checked_;
            checked_ += part.size();
        }
    }

    const BodyWriter& writer_;
    CoreStation station_;
    std::unique_ptr<SourceRecord> record_ = std::make_unique<SourceRecord>();
    std::size_t given_ = 0;
    StreamOffset checked_ = 0;
};

/// Each step is begun, dies, and is finished by the next process, which dies in the step after it.
TEST(SourceReplay, EveryStepOfEveryBodyCanBeDoneAgainFromEveryPoint) {
    Random random(1);
    for (const Body& body : all_bodies(random, 10, 61)) {
        for (std::size_t size = 1; size <= 80 && !HasFailure(); ++size) {
            const auto piece = [size](std::size_t) { return size; };
            SourceModel undisturbed(body);
            ASSERT_FALSE(undisturbed.live(piece, 1, Death::None));
            undisturbed.check_finished();
            for (const Death death : kDeaths) {
                SCOPED_TRACE("framing " + std::to_string(static_cast<int>(body.begin.framing)) +
                             ", metaint " + std::to_string(body.begin.metaint) + ", size " +
                             std::to_string(size) + ", death " +
                             std::to_string(static_cast<int>(death)));
                SourceModel model(body);
                // The first step of a process may be the one before it again.
                const bool repeats = death != Death::Progress && death != Death::Commit;
                for (int steps = 1; model.live(piece, steps, death);) {
                    steps = repeats ? 2 : 1;
                }
                model.check_finished();
                EXPECT_EQ(model.titles(), undisturbed.titles());
            }
            if (size == 1 && body.begin.metaint != 0) {
                const std::vector<std::string> titles = undisturbed.titles();
                for (const auto& [at, text] : body.writer.titles()) {
                    ASSERT_LT(at, titles.size());
                    EXPECT_EQ(titles[at], icy::decode_text(bytes_view(text)).title);
                }
            }
        }
    }
}

/// Larger bodies through a ring that is written over, pieces of any size up to the reserve, and
/// processes that die anywhere, also while they repair what the one before left.
TEST(SourceReplay, NothingIsLostOrDoubledWhereverProcessesDie) {
    for (const unsigned seed : {1U, 2U, 3U, 4U, 5U, std::random_device{}()}) {
        SCOPED_TRACE("seed " + std::to_string(seed));
        Random random(seed);
        for (const Body& body : all_bodies(random, 80, 2048)) {
            SourceModel model(body);
            const unsigned piece_max = random() % 2 == 0 ? 3000 : 20'000;
            const auto piece = [&](std::size_t) { return 1 + random() % piece_max; };
            while (!HasFailure()) {
                const Death death = kDeaths[random() % kDeaths.size()];
                if (!model.live(piece, 1 + static_cast<int>(random() % 4), death)) {
                    break;
                }
            }
            model.check_finished();
        }
    }
}

}  // namespace
}  // namespace ringcast::core
