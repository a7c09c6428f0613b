// SPDX-License-Identifier: Apache-2.0
// Frames that say which they are and of which every byte can be foretold, in each format that the
// sources speak: MP3, ADTS and Ogg Opus. Decoders find them valid and play silence.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace ringcast::loadtest {

// Every frame is laid out like this:
//
//   ..  what the format wants, up to where a decoder skips what follows
//   32  identity: sequence, session, send time, station and a checksum, 7 bits to a byte
//   ..  a part of a pseudo-random table, chosen by station, sequence and bitrate
//
// A frame begins with the format's marker byte, which stands nowhere else but in heads. So where
// another byte was expected, a marker shows that a frame was cut short.
//
// Frames are numbered by time: frame n is due n times its duration after 1970. So numbers go on
// over reconnects and over runs of the tool, and never meet older ones that a server still holds.

enum class FormatKind : std::uint8_t {
    Mp3,
    Aac,  ///< in ADTS frames
    Ogg,  ///< Opus, with two header pages before the first frame
};

constexpr std::size_t kFrameBytesMax = 4'800;  ///< of any format: an Ogg page of 320 kbit/s
constexpr std::size_t kFrameHeadBytesMax = 136;
constexpr std::uint32_t kStationMax = (1U << 24) - 1;
constexpr std::uint64_t kSequenceMax = (std::uint64_t{1} << 56) - 1;

/// What a frame says of itself.
struct FrameIdentity {
    std::uint32_t station = 0;   ///< at most kStationMax
    std::uint64_t sequence = 0;  ///< at most kSequenceMax
    std::uint64_t session = 0;   ///< sequence of the first frame of the source's connection
    std::int64_t sent_us = 0;    ///< wall clock when the source wrote it

    friend bool operator==(const FrameIdentity&, const FrameIdentity&) = default;
};

/// What the first bytes of a frame say; not to be believed before it was verified
/// (head_reader.hpp).
struct FrameClaim {
    FrameIdentity identity;
    std::uint32_t kbps = 0;
    bool stream_header = false;  ///< it is no frame, but what stands before a source's first one
};

struct FormatTraits {
    std::string_view name;  ///< as on the command line
    std::string_view content_type;
    std::byte marker;  ///< first byte of each frame
    std::size_t
        head_bytes;        ///< that must be known to foretell the rest; the same for stream headers
    std::int64_t samples;  ///< of a frame
    std::int64_t sample_rate;
    bool stream_header;  ///< sources begin, and servers let listeners begin, with one
    bool icy;            ///< servers put titles between its bytes
};

using FrameRoom = std::span<std::byte, kFrameBytesMax>;

/// Has no state: any thread.
class FrameFormat {
  public:
    explicit FrameFormat(const FormatTraits& traits) : traits_(traits) {}
    virtual ~FrameFormat() = default;
    FrameFormat(const FrameFormat&) = delete;
    FrameFormat& operator=(const FrameFormat&) = delete;

    [[nodiscard]] const FormatTraits& traits() const { return traits_; }

    /// When frame `sequence` is due, in microseconds since 1970.
    [[nodiscard]] std::int64_t due_us(std::uint64_t sequence) const;

    /// The first frame that is not due before `time_us` (not negative).
    [[nodiscard]] std::uint64_t frame_at(std::int64_t time_us) const;

    /// Writes the frame to the beginning of `out` and returns its length. Requires:
    /// valid_bitrate(kbps).
    virtual std::size_t write(const FrameIdentity& identity, std::uint32_t kbps,
                              FrameRoom out) const = 0;

    /// The same for the stream header, all of which is head; 0 where the format has none.
    virtual std::size_t write_stream_header(const FrameIdentity& identity, FrameRoom out) const;

    /// Reads the first traits().head_bytes of a frame or a stream header; nothing when they are
    /// none.
    [[nodiscard]] virtual std::optional<FrameClaim> claim(
        std::span<const std::byte> head) const = 0;

    /// The bytes of a frame behind its head. The span stays valid for ever.
    [[nodiscard]] virtual std::span<const std::byte> body(const FrameIdentity& identity,
                                                          std::uint32_t kbps) const = 0;

  private:
    FormatTraits traits_;
};

[[nodiscard]] const FrameFormat& frame_format(FormatKind kind);

/// By the media type of a response; what is neither ADTS nor Ogg is taken for MP3.
[[nodiscard]] const FrameFormat& frame_format_of(std::string_view content_type);

/// The bitrates of MPEG-1 layer III, which all formats have here.
constexpr std::array<std::uint32_t, 14> kBitrates{32,  40,  48,  56,  64,  80,  96,
                                                  112, 128, 160, 192, 224, 256, 320};

[[nodiscard]] bool valid_bitrate(std::uint32_t kbps);

}  // namespace ringcast::loadtest
