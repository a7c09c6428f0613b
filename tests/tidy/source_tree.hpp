// SPDX-License-Identifier: Apache-2.0
// The repository's own files as text, for the rules of this folder. A tree can also be written down
// in a test, so that each rule is seen to fail.
#pragma once

#include <cstddef>
#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace ringcast::tests::tidy {

/// Path from the repository's root, with '/', to the file's text.
using SourceTree = std::map<std::string, std::string>;

/// "path:line: what is wrong", lines from 1.
using Complaints = std::vector<std::string>;

/// Reads sources, CMake files, scripts and documents below `root`; what is built is left out.
/// Throws std::filesystem::filesystem_error when `root` cannot be read.
[[nodiscard]] SourceTree read_tree(const std::filesystem::path& root);

[[nodiscard]] std::string complaint(std::string_view path, std::size_t line, std::string_view what);

/// The lines of `text` without their ends.
[[nodiscard]] std::vector<std::string_view> lines_of(std::string_view text);

/// C++ text with comments and the insides of literals turned into blanks; every line stays in its
/// place and keeps its length.
[[nodiscard]] std::string code_only(std::string_view text);

/// The folder part of a path: "core/framing" of "core/framing/mp3.cpp"; empty at the root.
[[nodiscard]] std::string_view folder_of(std::string_view path);

[[nodiscard]] bool is_header(std::string_view path);

/// A C++ header or source.
[[nodiscard]] bool is_cpp(std::string_view path);

}  // namespace ringcast::tests::tidy
