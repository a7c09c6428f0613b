// SPDX-License-Identifier: Apache-2.0
#include "tests/support/joined.hpp"

#include <algorithm>
#include <unordered_map>

#include "tests/support/process.hpp"
#include "tests/support/temp_dir.hpp"

namespace ringcast::tests::support {
namespace {

// Bytes that two frames may begin with alike by chance (headers and side information).
constexpr std::size_t kAlikeMax = 64;

std::size_t common_prefix(std::string_view a, std::string_view b) {
    return static_cast<std::size_t>(std::mismatch(a.begin(), a.end(), b.begin(), b.end()).first -
                                    a.begin());
}

// The join after `from` where the most of `rest` goes on, and how much.
std::pair<std::size_t, std::size_t> best_join(std::string_view rest, std::string_view sent,
                                              const Walk& places, std::size_t from) {
    std::pair<std::size_t, std::size_t> best{0, 0};
    for (const std::size_t join : places.joins) {
        const std::size_t length = join < from ? 0 : common_prefix(rest, sent.substr(join));
        if (length > best.second) {
            best = {join, length};
        }
    }
    return best;
}

}  // namespace

std::optional<std::size_t> join_offset(std::string_view received, std::string_view sent,
                                       Codec codec) {
    const Walk places = walk(codec, sent);
    const std::string_view headers = sent.substr(0, places.header_bytes);
    if (received.substr(0, headers.size()) != headers || received.size() == headers.size()) {
        return std::nullopt;
    }
    const std::string_view audio = received.substr(headers.size());
    for (const std::size_t join : places.joins) {
        if (sent.substr(join, audio.size()) == audio) {
            return join;
        }
    }
    return std::nullopt;
}

testing::AssertionResult joined(std::string_view received, std::string_view sent, Codec codec,
                                std::size_t bytes_min) {
    if (received.size() < bytes_min) {
        return testing::AssertionFailure()
               << "only " << received.size() << " of " << bytes_min << " bytes came";
    }
    if (join_offset(received, sent, codec).has_value()) {
        return testing::AssertionSuccess();
    }
    const Walk places = walk(codec, sent);
    const bool headers =
        received.substr(0, places.header_bytes) == sent.substr(0, places.header_bytes);
    const auto [join, length] =
        best_join(received.substr(std::min(received.size(), places.header_bytes)), sent, places, 0);
    return testing::AssertionFailure()
           << received.size() << " bytes received, " << sent.size() << " sent with "
           << places.joins.size() << " places to join; stream headers "
           << (headers ? "as sent" : "differ") << "; best match from " << join << " on, for "
           << length << " bytes";
}

std::optional<std::vector<std::size_t>> skips(std::string_view received, std::string_view sent,
                                              Codec codec) {
    const Walk places = walk(codec, sent);
    std::vector<std::size_t> result;
    auto [join, length] = best_join(received, sent, places, 0);
    std::size_t done = length;
    while (done < received.size()) {
        if (length == 0) {
            return std::nullopt;
        }
        const std::size_t reached = join + length;
        std::size_t landed = done;
        std::pair<std::size_t, std::size_t> best{0, 0};
        for (std::size_t back = 0; back <= std::min(kAlikeMax, done); ++back) {
            const auto next = best_join(received.substr(done - back), sent, places, reached - back);
            if (next.second > best.second) {
                best = next;
                landed = done - back;
            }
        }
        if (best.second <= kAlikeMax && landed + best.second < received.size()) {
            return std::nullopt;
        }
        result.push_back(landed);
        std::tie(join, length) = best;
        done = landed + length;
    }
    return result;
}

std::string frame_order(std::string_view received, const std::vector<std::string>& streams,
                        Codec codec) {
    std::unordered_map<std::string_view, char> owners;
    for (std::size_t i = 0; i < streams.size(); ++i) {
        const Walk places = walk(codec, streams[i]);
        for (std::size_t frame = 0; frame < places.joins.size(); ++frame) {
            const std::size_t end =
                frame + 1 < places.joins.size() ? places.joins[frame + 1] : places.whole;
            const std::size_t begin = places.joins[frame];
            owners.emplace(std::string_view(streams[i]).substr(begin, end - begin),
                           static_cast<char>('A' + i));
        }
    }
    const Walk got = walk(codec, received);
    std::string order;
    for (std::size_t frame = 0; frame < got.joins.size(); ++frame) {
        const std::size_t end = frame + 1 < got.joins.size() ? got.joins[frame + 1] : got.whole;
        const auto owner = owners.find(received.substr(got.joins[frame], end - got.joins[frame]));
        const char name = owner == owners.end() ? '?' : owner->second;
        if (order.empty() || order.back() != name) {
            order += name;
        }
    }
    // A walk stops at what is no frame; a cut last frame is shorter than any that could follow.
    const bool torn = received.size() - got.whole > 2000 && !order.ends_with('?');
    return torn ? order + '?' : order;
}

testing::AssertionResult decodes_without_error(std::string_view stream) {
    const TempDir dir;
    write_file(dir.file("received"), stream);
    const Finished decoder =
        run({"ffmpeg", "-hide_banner", "-nostdin", "-loglevel", "error", "-xerror", "-err_detect",
             "explode", "-i", dir.file("received").string(), "-af", "asetpts=N/SR/TB", "-f",
             "s16le", "-y", "/dev/null"});
    if (decoder.exit_code == 0 && decoder.errors.empty()) {
        return testing::AssertionSuccess();
    }
    return testing::AssertionFailure()
           << "decoder exit " << decoder.exit_code << ": " << decoder.errors;
}

}  // namespace ringcast::tests::support
