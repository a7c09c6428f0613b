// SPDX-License-Identifier: Apache-2.0
#include "server/runtime/descriptor_limit.hpp"

#include <sys/resource.h>

#include <cerrno>
#include <system_error>

namespace ringcast::server::runtime {
namespace {

core::Error last_error() {
    return {core::Errc::System, std::error_code(errno, std::system_category()).message()};
}

}  // namespace

core::Result<std::uint64_t> raise_descriptor_limit() {
    rlimit limit{};
    if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) {
        return last_error();
    }
    limit.rlim_cur = limit.rlim_max;
    if (::setrlimit(RLIMIT_NOFILE, &limit) != 0) {
        return last_error();
    }
    return std::uint64_t{limit.rlim_cur};
}

}  // namespace ringcast::server::runtime
