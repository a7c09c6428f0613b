// SPDX-License-Identifier: Apache-2.0
// What one file says of another: links in documents, and sources in CMake's lists.
#pragma once

#include "tests/tidy/source_tree.hpp"

namespace ringcast::tests::tidy {

/// Links in Markdown documents that lead to no file of the tree, or to no heading of it. Links to
/// other hosts are not followed; a link to a folder is one to any file below it.
[[nodiscard]] Complaints check_document_links(const SourceTree& tree);

/// Sources that no CMakeLists.txt lists by their path from its own folder. Fuzz targets may be
/// listed by the name of the target alone.
[[nodiscard]] Complaints check_sources_are_listed(const SourceTree& tree);

}  // namespace ringcast::tests::tidy
