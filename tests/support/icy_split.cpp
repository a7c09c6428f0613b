// SPDX-License-Identifier: Apache-2.0
#include "tests/support/icy_split.hpp"

namespace ringcast::tests::support {
namespace {

constexpr std::size_t kUnit = 16;

std::string fault_of(std::string_view payload, std::string_view text) {
    if (payload.find_first_not_of('\0', text.size()) != std::string_view::npos) {
        return "bytes after the text";
    }
    if (!text.starts_with("StreamTitle='") || !text.ends_with("';")) {
        return "not a StreamTitle: " + std::string(text);
    }
    return "";
}

}  // namespace

IcyStream split_icy(std::string_view body, std::size_t metaint) {
    IcyStream result;
    while (body.size() > metaint && result.fault.empty()) {
        result.audio.append(body.substr(0, metaint));
        const std::size_t bytes = kUnit * static_cast<unsigned char>(body[metaint]);
        if (body.size() < metaint + 1 + bytes) {
            return result;
        }
        const std::string_view payload = body.substr(metaint + 1, bytes);
        const std::string_view text = payload.substr(0, payload.find('\0'));
        if (!payload.empty()) {
            result.fault = fault_of(payload, text);
            result.blocks.push_back({result.audio.size(), std::string(text)});
        }
        body.remove_prefix(metaint + 1 + bytes);
    }
    result.audio.append(body.substr(0, metaint));
    return result;
}

std::string interleave_icy(std::string_view audio, std::size_t metaint, const std::string& text) {
    std::string padded = text;
    padded.resize((text.size() + kUnit - 1) / kUnit * kUnit, '\0');
    std::string block = static_cast<char>(padded.size() / kUnit) + padded;
    std::string body;
    for (; audio.size() >= metaint; audio.remove_prefix(metaint)) {
        body.append(audio.substr(0, metaint)).append(block);
        block.assign(1, '\0');
    }
    return body.append(audio);
}

}  // namespace ringcast::tests::support
