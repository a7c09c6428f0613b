// SPDX-License-Identifier: Apache-2.0
// What the style guide (CONTRIBUTING.md) says of single files and can be seen in their text.
#pragma once

#include "tests/tidy/source_tree.hpp"

namespace ringcast::tests::tidy {

/// The licence line first; after it, in headers, one to six lines saying what the file is for, then
/// #pragma once.
[[nodiscard]] Complaints check_heads(const SourceTree& tree);

/// C++ files of at most 400 lines and 100 columns (code points).
[[nodiscard]] Complaints check_file_sizes(const SourceTree& tree);

/// Functions of at most 70 lines from brace to brace, counted as clang-tidy's
/// readability-function-size does.
[[nodiscard]] Complaints check_function_sizes(const SourceTree& tree);

/// Calls that have a better counterpart, `using namespace` in headers, sleeping unit tests.
[[nodiscard]] Complaints check_banned(const SourceTree& tree);

/// Notes to self that name nobody who would settle them.
[[nodiscard]] Complaints check_notes(const SourceTree& tree);

}  // namespace ringcast::tests::tidy
