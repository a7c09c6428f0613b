// SPDX-License-Identifier: Apache-2.0
// How many descriptors, and so how many listeners, this process may hold.
#pragma once

#include <cstdint>

#include "core/result.hpp"

namespace ringcast::server::runtime {

/// Raises the soft limit of open descriptors (RLIMIT_NOFILE) to the hard limit and returns the
/// limit that holds now. Errc::System when the kernel refuses; the old limit holds then. Called
/// once, at start-up.
[[nodiscard]] core::Result<std::uint64_t> raise_descriptor_limit();

}  // namespace ringcast::server::runtime
