// SPDX-License-Identifier: Apache-2.0
// Streams that need much of a long path: is a listener at 100 ms round trip ever behind? Needs
// root, for the path. Exit codes: 0 never, 1 it was, 2 the path could not be made.
#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <cstdio>
#include <exception>
#include <fstream>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "tests/support/delay_line.hpp"
#include "tests/support/listener.hpp"
#include "tests/support/media.hpp"
#include "tests/support/paced_source.hpp"
#include "tests/support/process.hpp"
#include "tests/support/temp_dir.hpp"
#include "tests/support/test_server.hpp"

namespace ringcast::tests::bench {
namespace {

using namespace support;

constexpr milliseconds kOneWay{50};
constexpr seconds kListen{25};
constexpr std::size_t kPieceBytes = 4096;
/// What a listener may be behind the source at most: the longest delivery interval, the way of a
/// packet and its acknowledgement, and what the machine takes for itself.
constexpr double kBehindMax = 1.0 + 0.1 + 0.4;

struct Stream {
    const char* name;
    std::vector<std::string> encoder;  ///< ffmpeg's options
    const char* file;
    const char* content_type;
    Codec codec;
};

/// Noise, which no encoder can make smaller.
Media make_media(const Stream& stream, const TempDir& dir) {
    Media made;
    made.path = dir.file(stream.file);
    const std::string noise =
        "aevalsrc=2*random(0)-1|0*if(eq(n\\,0)\\,st(1\\,9))+2*random(1)-1:s=44100:d=" +
        std::to_string(kMediaSeconds);
    std::vector<std::string> command{"ffmpeg", "-nostdin", "-v", "error",
                                     "-f",     "lavfi",    "-i", noise};
    command.insert(command.end(), stream.encoder.begin(), stream.encoder.end());
    command.push_back(made.path.string());
    if (run(command, {}, seconds{60}).exit_code != 0) {
        throw std::runtime_error("ffmpeg could not make the stream");
    }
    made.bytes = read_file(made.path);
    made.content_type = stream.content_type;
    made.codec = stream.codec;
    return made;
}

struct Finding {
    double burst_seconds = 0;  ///< how far behind the source the listener was put
    double burst_arrived = 0;  ///< seconds until that much had come
    double behind_max = 0;     ///< beyond the burst, seconds of audio, once the burst had come
    bool contiguous = false;
};

/// Listens through the line while `source` sends `media`, and compares.
Finding listen_far_away(const TestServer& server, const PacedSource& source, const Media& media) {
    const auto rate = static_cast<double>(media.bytes_per_second());
    const auto begun = Clock::now();
    Listener listener = listen(server.port(), "/live", {.wire = {.address = DelayLine::kServer}});
    std::string received = listener.wire.read_exactly(16 * kPieceBytes);
    // The end of what came lies in the source's audio; the stream's headers may stand before it.
    const std::size_t at = media.bytes.find(received.substr(received.size() - kPieceBytes));
    if (at == std::string::npos) {
        return {};
    }
    const std::size_t first =
        received.size() - kPieceBytes;  // of `received`, and `at` of the media
    const auto position = [&] { return at + received.size() - first; };
    Finding finding;
    std::size_t goal = source.sent();
    finding.burst_seconds = static_cast<double>(goal - at) / rate;
    bool burst_came = false;
    while (Clock::now() - begun < kListen) {
        received += listener.wire.read_exactly(kPieceBytes);
        const std::chrono::duration<double> passed = Clock::now() - begun;
        if (!burst_came && position() >= goal) {
            burst_came = true;
            finding.burst_arrived = passed.count();
        }
        if (burst_came) {
            const auto behind = static_cast<double>(source.sent() - position()) / rate;
            finding.behind_max = std::max(finding.behind_max, behind);
        }
    }
    finding.contiguous = burst_came && received.compare(first, std::string::npos, media.bytes, at,
                                                        received.size() - first) == 0;
    return finding;
}

bool measure(const DelayLine& line, const Stream& stream) {
    const TempDir dir;
    const Media media = make_media(stream, dir);
    const TestServer server(R"({"listen": [{"address": "0.0.0.0"}],
                                "stations": [{"mount": "/live", "delivery": "auto"}]})");
    const PacedSource source(server.port(), media, 1, {.content_type = media.content_type});
    std::this_thread::sleep_for(seconds{6});  // more than a burst
    Finding finding;
    std::exception_ptr failure;
    std::thread([&] {
        try {
            line.enter_client();
            finding = listen_far_away(server, source, media);
        } catch (...) {
            failure = std::current_exception();
        }
    }).join();
    if (failure) {
        std::rethrow_exception(failure);
    }
    const bool good = finding.contiguous && finding.behind_max <= kBehindMax;
    fmt::print("{:<22} {:>7.0f} {:>9.2f} {:>11.2f} {:>11.2f}  {}\n", stream.name,
               static_cast<double>(media.bytes_per_second()) * 8 / 1000, finding.burst_seconds,
               finding.burst_arrived, finding.behind_max,
               !finding.contiguous ? "LOST BYTES"
               : good              ? "never behind"
                                   : "BEHIND");
    return good;
}

int run_all() {
    const DelayLine line(kOneWay);
    line.enter_server();
    std::string congestion;
    std::ifstream("/proc/sys/net/ipv4/tcp_congestion_control") >> congestion;
    fmt::print("round trip 100 ms, {} s each, congestion control {}\n", kListen.count(),
               congestion);
    fmt::print("{:<22} {:>7} {:>9} {:>11} {:>11}\n", "stream", "kbit/s", "burst s", "arrived in s",
               "behind max s");
    bool good = true;
    for (const Stream& stream :
         {Stream{"FLAC, 44.1 kHz stereo",
                 {"-c:a", "flac", "-sample_fmt", "s16"},
                 "noise.flac",
                 "audio/flac",
                 Codec::Flac},
          Stream{"MP3, 320 kbit/s",
                 {"-c:a", "libmp3lame", "-b:a", "320k", "-write_xing", "0", "-id3v2_version", "0"},
                 "noise.mp3",
                 "audio/mpeg",
                 Codec::Mp3}}) {
        good = measure(line, stream) && good;
    }
    return good ? 0 : 1;
}

}  // namespace
}  // namespace ringcast::tests::bench

int main() {
    try {
        return ringcast::tests::bench::run_all();
    } catch (const std::exception& error) {
        std::fprintf(stderr, "path_bench: %s\n", error.what());
        return 2;
    }
}
