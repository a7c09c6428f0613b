// SPDX-License-Identifier: Apache-2.0
// Any bytes as a SHOUTcast handshake: the same login and headers however they are split.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "core/check.hpp"
#include "server/http/charset.hpp"
#include "server/http/shoutcast_login.hpp"
#include "server/http/source_headers.hpp"

namespace {

using namespace ringcast::server::http;
using ringcast::core::check;

constexpr HeadLimits kLimits{.bytes_max = 4096, .headers_max = 16};

bool is_open(ShoutcastStep step) {
    return step == ShoutcastStep::NeedPassword || step == ShoutcastStep::NeedHeaders;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size < 1) {
        return 0;
    }
    const std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
    ShoutcastLoginReader whole(kLimits);
    const ShoutcastStep step = whole.read(bytes);
    ShoutcastLoginReader split(kLimits);
    ShoutcastStep split_step = split.read(bytes.substr(0, data[0] % size));
    if (is_open(split_step)) {
        split_step = split.read(bytes);
    }
    if (bytes.size() < kLimits.bytes_max) {
        check(step == split_step, "the step does not depend on how the bytes were split");
    }
    if (step != ShoutcastStep::Done) {
        return 0;
    }
    check(whole.size() <= bytes.size(), "a handshake is within its bytes");
    check(whole.headers().size() <= kLimits.headers_max, "headers are bounded");
    check(whole.login().password.size() + whole.login().user.size() <= whole.login().line.size(),
          "a login is part of its line");
    const SourceProperties properties = parse_shoutcast_headers(whole.headers());
    check(is_valid_utf8(properties.name) && !properties.content_type.empty(),
          "properties are clean");
    return 0;
}
