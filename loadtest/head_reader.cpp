// SPDX-License-Identifier: Apache-2.0
#include "loadtest/head_reader.hpp"

#include <algorithm>
#include <cstring>

#include "loadtest/mix.hpp"

namespace ringcast::loadtest {

namespace {

constexpr std::size_t kKnownHeads = 4'096;  // what 500 stations send within a second in Ogg

}  // namespace

HeadReader::HeadReader() : known_(kKnownHeads) {
}

std::optional<FrameHead> HeadReader::read(const FrameFormat& format,
                                          std::span<const std::byte> bytes) {
    const auto claim = format.claim(bytes);
    if (!claim) {
        return std::nullopt;
    }
    const FrameIdentity& identity = claim->identity;
    Known& known = known_[mix(mix(identity.station) ^ identity.sequence) % known_.size()];
    if (std::memcmp(known.bytes.data(), bytes.data(), bytes.size()) == 0) {
        return known.head;
    }
    if (claim->stream_header) {
        format.write_stream_header(identity, frame_);
    } else {
        format.write(identity, claim->kbps, frame_);
    }
    if (std::memcmp(frame_.data(), bytes.data(), bytes.size()) != 0) {
        return std::nullopt;
    }
    std::ranges::copy(bytes, known.bytes.begin());
    known.head = {
        identity, claim->stream_header,
        claim->stream_header ? std::span<const std::byte>{} : format.body(identity, claim->kbps)};
    return known.head;
}

}  // namespace ringcast::loadtest
