// SPDX-License-Identifier: Apache-2.0
// A scanned stream at a glance, for tests.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <string>
#include <vector>

#include "tests/support/audio_builder.hpp"
#include "tests/support/scan_units.hpp"

namespace ringcast::tests {

/// One letter per unit: C a header that begins a chain, H another header, S a frame that is a sync
/// point, F another frame, J junk.
std::string letters(const std::vector<FoundUnit>& units);

/// All durations added up.
std::uint64_t sum_us(const std::vector<FoundUnit>& units);

Bytes joined(std::initializer_list<Bytes> parts);

}  // namespace ringcast::tests
