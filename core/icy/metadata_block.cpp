// SPDX-License-Identifier: Apache-2.0
#include "core/icy/metadata_block.hpp"

#include <algorithm>
#include <cstring>

namespace ringcast::core::icy {

namespace {

/// `size` without the quotes that `out[0, size)` ends in: what follows would make them the end.
std::size_t without_last_quotes(const std::byte* out, std::size_t size) {
    while (size > 0 && out[size - 1] == std::byte{'\''}) {
        --size;
    }
    return size;
}

/// Appends `text` with what would break the block's syntax taken out; returns the bytes written.
std::size_t put_text(std::string_view text, std::size_t limit, std::byte* out) {
    std::size_t size = 0;
    for (const char c : text.substr(0, limit)) {
        if (c == ';') {
            size = without_last_quotes(out, size);
        }
        const bool control = c == '\r' || c == '\n' || c == '\0';
        out[size++] = static_cast<std::byte>(control ? ' ' : c);
    }
    return without_last_quotes(out, size);
}

std::size_t put(std::string_view text, std::byte* out) {
    std::memcpy(out, text.data(), text.size());
    return text.size();
}

/// Takes the next `key='value';` off `text`, whatever stands before it; the last may have no end.
bool take_pair(std::string_view& text, std::string_view& key, std::string_view& value) {
    const std::size_t begin = text.find("='");
    if (begin == std::string_view::npos) {
        return false;
    }
    key = text.substr(0, begin);
    text.remove_prefix(begin + 2);
    const std::size_t end = text.find("';");
    value = text.substr(0, end);
    if (end == std::string_view::npos && value.ends_with('\'')) {
        value.remove_suffix(1);
    }
    text = end == std::string_view::npos ? std::string_view() : text.substr(end + 2);
    return true;
}

}  // namespace

std::size_t encode_block(std::string_view title, std::string_view url,
                         std::array<std::byte, kBlockBytesMax>& block) {
    std::byte* const text = block.data() + 1;
    std::size_t size = put("StreamTitle='", text);
    size += put_text(title, kTitleBytesMax, text + size);
    size += put("';", text + size);
    if (!url.empty()) {
        size += put("StreamUrl='", text + size);
        size += put_text(url, kTitleUrlBytesMax, text + size);
        size += put("';", text + size);
    }
    const std::size_t sixteenths = (size + 15) / 16;
    std::memset(text + size, 0, sixteenths * 16 - size);
    block[0] = static_cast<std::byte>(sixteenths);
    return 1 + sixteenths * 16;
}

StreamText decode_text(std::span<const std::byte> bytes) {
    std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
    text = text.substr(0, text.find('\0'));
    StreamText result;
    std::string_view key;
    std::string_view value;
    while (take_pair(text, key, value)) {
        if (key.ends_with("StreamTitle") && !result.has_title) {
            result.title = value;
            result.has_title = true;
        } else if (key.ends_with("StreamUrl") && result.url.empty()) {
            result.url = value;
        }
    }
    return result;
}

}  // namespace ringcast::core::icy
