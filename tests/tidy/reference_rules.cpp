// SPDX-License-Identifier: Apache-2.0
#include "tests/tidy/reference_rules.hpp"

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <optional>
#include <regex>
#include <set>

namespace ringcast::tests::tidy {

namespace {

bool is_document(std::string_view path) {
    return path.ends_with(".md");
}

/// A document's lines outside of fenced code; the fenced ones are empty.
std::vector<std::string> prose_of(std::string_view text) {
    std::vector<std::string> prose;
    bool fenced = false;
    for (const std::string_view line : lines_of(text)) {
        const bool fence = line.starts_with("```");
        prose.push_back(fenced || fence ? std::string() : std::string(line));
        fenced = fenced != fence;
    }
    return prose;
}

std::string without_inline_code(const std::string& line) {
    static const std::regex kInlineCode("`[^`]*`");
    return std::regex_replace(line, kInlineCode, "");
}

/// The anchor that forges give a heading: lower case, blanks to hyphens, other signs dropped.
std::string anchor_of(std::string_view heading) {
    std::string anchor;
    for (const char c : heading) {
        const auto byte = static_cast<unsigned char>(c);
        if (c == ' ' || c == '-') {
            anchor += '-';
        } else if (std::isalnum(byte) != 0 || c == '_' || byte >= 0x80) {
            anchor += static_cast<char>(std::tolower(byte));
        }
    }
    return anchor;
}

bool has_anchor(std::string_view document, std::string_view anchor) {
    return std::ranges::any_of(prose_of(document), [anchor](std::string_view line) {
        const std::size_t begin = line.find_first_not_of('#');
        return begin != 0 && begin != std::string_view::npos && line[begin] == ' ' &&
               anchor_of(line.substr(begin + 1)) == anchor;
    });
}

std::optional<std::string> fault_of(const SourceTree& tree, const std::string& from,
                                    const std::string& link) {
    if (link.find(':') != std::string::npos) {
        return std::nullopt;  // a scheme: not ours to check
    }
    const std::size_t hash = link.find('#');
    const std::string file = link.substr(0, hash);
    std::string target = from;
    if (!file.empty()) {
        target = (std::filesystem::path(folder_of(from)) / file).lexically_normal().string();
    }
    const auto found = tree.lower_bound(target);
    const bool is_file = found != tree.end() && found->first == target;
    const std::string folder = target.ends_with('/') ? target : target + '/';
    const auto below = tree.lower_bound(folder);
    const bool is_folder = below != tree.end() && below->first.starts_with(folder);
    if (!is_file && !is_folder) {
        return "the link leads nowhere: " + link;
    }
    if (is_file && hash != std::string::npos && is_document(target) &&
        !has_anchor(found->second, link.substr(hash + 1))) {
        return "no such heading: " + link;
    }
    return std::nullopt;
}

/// Adds what the words of a CMake file name, seen from its own folder; comments left out.
void add_paths_of(std::string_view cmake, std::string_view folder, std::set<std::string>& paths) {
    for (std::string_view line : lines_of(cmake)) {
        line = line.substr(0, line.find('#'));
        while (!line.empty()) {
            const std::size_t end = std::min(line.find_first_of(" \t()\""), line.size());
            const auto path = std::filesystem::path(folder) / line.substr(0, end);
            paths.insert(path.lexically_normal().generic_string());
            line.remove_prefix(std::min(end + 1, line.size()));
        }
    }
}

}  // namespace

Complaints check_document_links(const SourceTree& tree) {
    static const std::regex kLink(R"(\]\(([^)\s]+)\))");
    Complaints complaints;
    for (const auto& [path, text] : tree) {
        if (!is_document(path)) {
            continue;
        }
        std::size_t number = 0;
        for (const std::string& prose : prose_of(text)) {
            ++number;
            const std::string line = without_inline_code(prose);
            for (std::sregex_iterator link(line.begin(), line.end(), kLink), end; link != end;
                 ++link) {
                if (const auto fault = fault_of(tree, path, link->str(1))) {
                    complaints.push_back(complaint(path, number, *fault));
                }
            }
        }
    }
    return complaints;
}

Complaints check_sources_are_listed(const SourceTree& tree) {
    std::set<std::string> listed;
    for (const auto& [path, text] : tree) {
        if (path == "CMakeLists.txt" || path.ends_with("/CMakeLists.txt")) {
            add_paths_of(text, folder_of(path), listed);
        }
    }
    Complaints complaints;
    for (const auto& [path, text] : tree) {
        const bool is_source = is_cpp(path) && !is_header(path);
        const bool is_target = path.starts_with("tests/fuzz/fuzz_") &&
                               listed.contains(path.substr(0, path.rfind('.')));
        if (is_source && !is_target && !listed.contains(path)) {
            complaints.push_back(complaint(path, 1, "no CMakeLists.txt lists this source"));
        }
    }
    return complaints;
}

}  // namespace ringcast::tests::tidy
