// SPDX-License-Identifier: Apache-2.0
// Who may include whom (CONTRIBUTING.md, "Layers"), and that nothing includes in circles.
#pragma once

#include "tests/tidy/source_tree.hpp"

namespace ringcast::tests::tidy {

/// Every include that the table of layers does not allow, and every project include that names no
/// file of the tree by its path from the root.
[[nodiscard]] Complaints check_include_direction(const SourceTree& tree);

/// Headers that include each other in a circle; folders likewise, where a folder and its own
/// subfolders count as one.
[[nodiscard]] Complaints check_include_cycles(const SourceTree& tree);

}  // namespace ringcast::tests::tidy
