// SPDX-License-Identifier: Apache-2.0
// Takes ICY metadata out of what a listener received, and puts it into what a source sends.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace ringcast::tests::support {

struct IcyBlock {
    std::size_t position = 0;  ///< audio bytes before the block
    std::string text;          ///< payload without padding; never empty
};

struct IcyStream {
    std::string audio;
    std::vector<IcyBlock> blocks;  ///< those that say something, in order
    std::string fault;             ///< what is malformed; empty when nothing is
};

/// `body` has a block after every `metaint` audio bytes; its end may cut one.
[[nodiscard]] IcyStream split_icy(std::string_view body, std::size_t metaint);

/// `audio` with a block after every `metaint` bytes: `text` in the first, then empty ones.
[[nodiscard]] std::string interleave_icy(std::string_view audio, std::size_t metaint,
                                         const std::string& text);

}  // namespace ringcast::tests::support
