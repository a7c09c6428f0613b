// SPDX-License-Identifier: Apache-2.0
// What no single value can tell: what follows from others, and rules across fields.
#pragma once

#include "config/config.hpp"
#include "config/error.hpp"

namespace ringcast::config {

/// Completes a config whose values are each valid (credentials of stations from `auth.source`,
/// rings and pool rounded up to extents, the pool's size from the rings), then checks the rules
/// across fields. Empty when all hold.
[[nodiscard]] Errors complete(Config& config);

}  // namespace ringcast::config
