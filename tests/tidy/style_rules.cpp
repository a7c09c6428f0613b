// SPDX-License-Identifier: Apache-2.0
#include "tests/tidy/style_rules.hpp"

#include <algorithm>
#include <array>
#include <regex>

namespace ringcast::tests::tidy {

namespace {

constexpr std::size_t kFileLinesMax = 400;
constexpr std::size_t kFunctionLinesMax = 70;
constexpr std::size_t kColumnsMax = 100;
constexpr std::size_t kPurposeLinesMax = 6;

std::size_t columns(std::string_view line) {
    return static_cast<std::size_t>(std::ranges::count_if(
        line, [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }));
}

bool is_unit_test(std::string_view path) {
    return path.starts_with("tests/core/") || path.starts_with("tests/config/") ||
           path.starts_with("tests/server/") || path.starts_with("tests/loadtest/");
}

struct Ban {
    std::regex pattern;
    std::string_view instead;
    bool (*applies)(std::string_view path);
};

const std::vector<Ban>& bans() {
    static const auto kCall = [](std::string_view names) {
        return std::regex(R"((^|[^\w.>])()" + std::string(names) + R"()\s*\()");
    };
    static const std::vector<Ban> kBans{
        {kCall("strcpy|strcat|strncpy|strncat|stpcpy"), "std::string or std::span", is_cpp},
        {kCall("sprintf|vsprintf"), "fmt::format, or snprintf with the size", is_cpp},
        {kCall("gets|strtok"), "std::string_view", is_cpp},
        {kCall("atoi|atol|atoll|atof"), "std::from_chars", is_cpp},
        {kCall("rand|srand|random_shuffle"), "<random> with a seed that is printed", is_cpp},
        {kCall("sleep_for|sleep_until|sleep|usleep|nanosleep"), "the fake clock", is_unit_test},
        {std::regex(R"(\busing\s+namespace\b)"), "names, or an alias", is_header},
    };
    return kBans;
}

/// Measures every braced block that holds statements and is not a namespace or a type.
class FunctionMeter {
  public:
    FunctionMeter(std::string_view path, Complaints& complaints)
        : path_(path), complaints_(complaints) {}

    void line(std::string_view line) {
        ++line_;
        if (line.find_first_not_of(" \t") != std::string_view::npos &&
            line[line.find_first_not_of(" \t")] == '#') {
            return;  // the preprocessor's braces need not match
        }
        for (const char c : line) {
            character(c);
        }
        statement_ += ' ';
    }

  private:
    struct Block {
        std::size_t line;
        bool counts;  ///< neither a namespace nor a type
        bool has_statements = false;
    };

    void character(char c) {
        if (c == '{') {
            blocks_.push_back({.line = line_, .counts = !opens_scope()});
            statement_.clear();
        } else if (c == '}') {
            close();
            statement_.clear();
        } else if (c == ';') {
            if (!blocks_.empty()) {
                blocks_.back().has_statements = true;
            }
            statement_.clear();
        } else {
            statement_ += c;
        }
    }

    bool opens_scope() const {
        static const std::regex kScope(
            R"(^\s*((public|protected|private)\s*:\s*)?(template\s*<.*>\s*)?)"
            R"(((inline|typedef|export)\s+)*(namespace|class|struct|union|enum|extern)\b)");
        return std::regex_search(statement_, kScope);
    }

    void close() {
        if (blocks_.empty()) {
            return;
        }
        const Block block = blocks_.back();
        blocks_.pop_back();
        if (block.counts && block.has_statements && line_ - block.line > kFunctionLinesMax) {
            complaints_.push_back(complaint(
                path_, block.line,
                "a function of " + std::to_string(line_ - block.line) + " lines; at most 70"));
        }
    }

    std::string_view path_;
    Complaints& complaints_;
    std::size_t line_ = 0;
    std::string statement_;
    std::vector<Block> blocks_;
};

void check_purpose(const std::string& path, const std::vector<std::string_view>& lines,
                   Complaints& complaints) {
    std::size_t purpose = 0;
    while (1 + purpose < lines.size() && lines[1 + purpose].starts_with("//")) {
        ++purpose;
    }
    if (purpose == 0 || purpose > kPurposeLinesMax) {
        complaints.push_back(complaint(path, 2, "say in one to six lines what the file is for"));
    }
    if (lines.size() <= 1 + purpose || lines[1 + purpose] != "#pragma once") {
        complaints.push_back(complaint(path, 2 + purpose, "#pragma once belongs here"));
    }
}

}  // namespace

Complaints check_heads(const SourceTree& tree) {
    Complaints complaints;
    for (const auto& [path, text] : tree) {
        const auto lines = lines_of(text);
        const bool script = text.starts_with("#!");
        const std::size_t at = script ? 1 : 0;
        if ((is_cpp(path) || script) &&
            (lines.size() <= at || !lines[at].ends_with("SPDX-License-Identifier: Apache-2.0"))) {
            complaints.push_back(complaint(path, at + 1, "the licence line belongs here"));
        }
        if (is_header(path)) {
            check_purpose(path, lines, complaints);
        }
    }
    return complaints;
}

Complaints check_file_sizes(const SourceTree& tree) {
    Complaints complaints;
    for (const auto& [path, text] : tree) {
        if (!is_cpp(path)) {
            continue;
        }
        const auto lines = lines_of(text);
        if (lines.size() > kFileLinesMax) {
            complaints.push_back(complaint(path, lines.size(), "a file has at most 400 lines"));
        }
        for (std::size_t i = 0; i < lines.size(); ++i) {
            if (columns(lines[i]) > kColumnsMax) {
                complaints.push_back(complaint(path, i + 1, "a line has at most 100 columns"));
            }
        }
    }
    return complaints;
}

Complaints check_function_sizes(const SourceTree& tree) {
    Complaints complaints;
    for (const auto& [path, text] : tree) {
        if (is_cpp(path)) {
            const std::string code = code_only(text);
            FunctionMeter meter(path, complaints);
            for (const std::string_view line : lines_of(code)) {
                meter.line(line);
            }
        }
    }
    return complaints;
}

Complaints check_banned(const SourceTree& tree) {
    Complaints complaints;
    for (const auto& [path, text] : tree) {
        if (!is_cpp(path)) {
            continue;
        }
        const std::string code = code_only(text);
        std::size_t number = 0;
        for (const std::string_view line : lines_of(code)) {
            ++number;
            for (const Ban& ban : bans()) {
                if (ban.applies(path) && std::regex_search(line.begin(), line.end(), ban.pattern)) {
                    complaints.push_back(
                        complaint(path, number, "banned; use " + std::string(ban.instead)));
                }
            }
        }
    }
    return complaints;
}

Complaints check_notes(const SourceTree& tree) {
    // Written in two pieces, or this file would complain of itself.
    static const std::regex kNote(
        "\\bFIX"
        "ME\\b|\\bTO"
        "DO\\b(?!\\([a-z][a-z0-9_-]*\\): \\S)");
    Complaints complaints;
    for (const auto& [path, text] : tree) {
        std::size_t number = 0;
        for (const std::string_view line : lines_of(text)) {
            ++number;
            if (path != "CONTRIBUTING.md" && std::regex_search(line.begin(), line.end(), kNote)) {
                complaints.push_back(complaint(path, number, "a note without a name"));
            }
        }
    }
    return complaints;
}

}  // namespace ringcast::tests::tidy
