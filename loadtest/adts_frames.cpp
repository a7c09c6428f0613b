// SPDX-License-Identifier: Apache-2.0
#include "loadtest/adts_frames.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <vector>

#include "core/check.hpp"
#include "loadtest/frame_payload.hpp"

namespace ringcast::loadtest {

namespace {

// A frame is laid out like this, in bytes:
//
//   7    ADTS header, without CRC
//   6    channel pair, max_sfb 0 (43 bits), and the first data stream element's id (5 bits)
//   2    its tag, alignment flag, count and the alignment
//   32   its data: the identity
//   0..  and up to 222 bytes of payload
//   223  further data stream elements: id, tag and alignment flag (1), count (1), payload (221)
//   1    end
//
// What stands behind the identity is the last part of one of the chains below, so that it lies in
// memory in one piece. A count is never 0xFF, which would announce a second one and be a marker.

constexpr std::size_t kElementAt = 7;
constexpr std::size_t kCountBits = 8;
constexpr std::size_t kIdentityAt = kElementAt + 8;
constexpr std::size_t kHeadBytes = kIdentityAt + kIdentityBytes;
constexpr std::byte kDataElement{0x81};  // id 4 (3 bits), tag 0 (4), aligned (1)
constexpr std::byte kEnd{0xE0};          // id 7
constexpr std::size_t kElementBytes = 223;
constexpr std::size_t kFirstPayloadMax = kElementBytes - 1;
static_assert(kIdentityBytes + kFirstPayloadMax == 254);

constexpr std::size_t kElementsMax = 3;
constexpr std::size_t kChains = 64;  // of each length
constexpr std::size_t kChainBytesMax = kFirstPayloadMax + kElementsMax * kElementBytes + 1;

using Chain = std::array<std::byte, kChainBytesMax>;                      // filled from its end
using Chains = std::array<std::array<Chain, kChains>, kElementsMax + 1>;  // by further elements

Chain make_chain(std::size_t elements, std::uint64_t seed) {
    Chain chain{};
    for (std::size_t i = 0; i < chain.size(); ++i) {
        chain[i] = payload_byte(seed * chain.size() + i);
    }
    chain.back() = kEnd;
    for (std::size_t i = 1; i <= elements; ++i) {
        const std::size_t at = chain.size() - 1 - i * kElementBytes;
        chain[at] = kDataElement;
        chain[at + 1] = static_cast<std::byte>(kElementBytes - 2);
    }
    return chain;
}

Chains make_chains() {
    Chains chains;
    std::uint64_t seed = 0;
    for (std::size_t elements = 0; elements <= kElementsMax; ++elements) {
        for (Chain& chain : chains[elements]) {
            chain = make_chain(elements, ++seed);
        }
    }
    return chains;
}

// 1024 samples at 44.1 kHz hold kbps * 1280 / 441 bytes.
std::size_t frame_bytes(std::uint32_t kbps, std::uint64_t sequence) {
    return even_share(std::uint64_t{kbps} * 1'280, 441, sequence);
}

/// Writes fields of some bits each, the first in the highest bits.
class BitWriter {
  public:
    explicit BitWriter(std::byte* out) : out_(out) {}

    void put(std::uint64_t value, std::size_t bits) {
        for (std::size_t i = bits; i-- > 0;) {
            byte_ = (byte_ << 1U) | (value >> i & 1U);
            if (++filled_ == 8) {
                *out_++ = static_cast<std::byte>(byte_);
                byte_ = 0;
                filled_ = 0;
            }
        }
    }
    void align() { put(0, (8 - filled_) % 8); }

  private:
    std::byte* out_;
    std::uint64_t byte_ = 0;
    std::size_t filled_ = 0;
};

void put_adts_header(BitWriter& bits, std::size_t frame_length) {
    bits.put(0xFFF, 12);
    bits.put(0, 1);  // MPEG-4
    bits.put(0, 2);  // layer
    bits.put(1, 1);  // no CRC
    bits.put(1, 2);  // AAC-LC
    bits.put(4, 4);  // 44.1 kHz
    bits.put(0, 1);  // private
    bits.put(2, 3);  // stereo
    bits.put(0, 4);  // original, home and copyright bits
    bits.put(frame_length, 13);
    bits.put(0, 11);  // nothing in the decoder's buffer
    bits.put(0, 2);   // one raw data block
}

void put_silent_pair(BitWriter& bits) {
    bits.put(1, 3);  // id of a channel pair element
    bits.put(0, 4);  // tag
    bits.put(1, 1);  // one ics_info for both:
    bits.put(0, 4);  // reserved, long window, sine shape
    bits.put(0, 6);  // max_sfb: no spectrum
    bits.put(0, 1);  // no prediction
    bits.put(0, 2);  // no mid/side stereo
    for (int channel = 0; channel < 2; ++channel) {
        bits.put(0, 8);  // global gain
        bits.put(0, 3);  // no pulses, no noise shaping, no gain control
    }
}

}  // namespace

AdtsFrames::AdtsFrames()
    : FrameFormat({.name = "aac",
                   .content_type = "audio/aac",
                   .marker = std::byte{0xFF},
                   .head_bytes = kHeadBytes,
                   .samples = 1'024,
                   .sample_rate = 44'100,
                   .stream_header = false,
                   .icy = true}) {
}

std::size_t AdtsFrames::write(const FrameIdentity& identity, std::uint32_t kbps,
                              FrameRoom out) const {
    core::check(valid_bitrate(kbps), "the bitrate is one of kBitrates");
    const auto behind = body(identity, kbps);
    const std::size_t bytes = kHeadBytes + behind.size();
    const std::size_t first_payload = (behind.size() - 1) % kElementBytes;
    BitWriter bits(out.data());
    put_adts_header(bits, bytes);
    put_silent_pair(bits);
    bits.put(4, 3);  // id of a data stream element
    bits.put(0, 4);  // tag
    bits.put(1, 1);  // its data is aligned
    bits.put(kIdentityBytes + first_payload, kCountBits);
    bits.align();
    const auto words = identity_bytes(identity, kbps, TopBit::Clear);
    std::memcpy(out.data() + kIdentityAt, words.data(), words.size());
    std::ranges::copy(behind, out.data() + kHeadBytes);
    return bytes;
}

std::optional<FrameClaim> AdtsFrames::claim(std::span<const std::byte> head) const {
    const auto byte = [head](std::size_t at) { return std::to_integer<std::size_t>(head[at]); };
    const std::size_t length = (byte(3) & 3U) << 11U | byte(4) << 3U | byte(5) >> 5U;
    const auto identity_at = head.subspan<kIdentityAt, kIdentityBytes>();
    // A length belongs to one bitrate only: two of them differ by more than padding.
    const auto kbps = std::ranges::find_if(kBitrates, [length](std::uint32_t rate) {
        return length == frame_bytes(rate, 0) || length == frame_bytes(rate, 0) + 1;
    });
    if (kbps == kBitrates.end()) {
        return std::nullopt;
    }
    const auto identity = read_identity(identity_at, *kbps, TopBit::Clear);
    return identity ? std::optional(FrameClaim{*identity, *kbps, false}) : std::nullopt;
}

std::span<const std::byte> AdtsFrames::body(const FrameIdentity& identity,
                                            std::uint32_t kbps) const {
    static const Chains kTable = make_chains();
    const std::size_t bytes = frame_bytes(kbps, identity.sequence) - kHeadBytes;
    const Chain& chain = kTable[(bytes - 1) / kElementBytes][body_choice(identity, kbps) % kChains];
    return std::span(chain).last(bytes);
}

}  // namespace ringcast::loadtest
