// SPDX-License-Identifier: Apache-2.0
#include "server/http/head_lines.hpp"

#include <algorithm>

namespace ringcast::server::http {
namespace {

/// Two CRs at most belong to the end of a line; any other is part of it (and refused later).
std::string_view without_line_end(std::string_view line) {
    for (int i = 0; i < 2 && line.ends_with('\r'); ++i) {
        line.remove_suffix(1);
    }
    return line;
}

}  // namespace

std::size_t leading_empty_bytes(std::string_view bytes) {
    return std::min(bytes.find_first_not_of("\r\n"), bytes.size());
}

std::string_view take_line(std::string_view& rest) {
    const std::size_t end = rest.find('\n');
    const std::string_view line = rest.substr(0, end);
    rest = end == std::string_view::npos ? std::string_view{} : rest.substr(end + 1);
    return without_line_end(line);
}

std::size_t HeadEndFinder::find(std::string_view bytes) {
    while (scanned_ < bytes.size()) {
        const std::size_t end = bytes.find('\n', scanned_);
        if (end == std::string_view::npos) {
            scanned_ = bytes.size();
            return 0;
        }
        const std::string_view line = bytes.substr(line_start_, end - line_start_);
        if (without_line_end(line).empty()) {
            return end + 1;
        }
        ++lines_;
        line_start_ = end + 1;
        scanned_ = end + 1;
    }
    return 0;
}

}  // namespace ringcast::server::http
