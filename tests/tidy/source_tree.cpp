// SPDX-License-Identifier: Apache-2.0
#include "tests/tidy/source_tree.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <fstream>
#include <iterator>

namespace ringcast::tests::tidy {

namespace {

bool is_of_interest(const std::filesystem::path& path) {
    constexpr std::array<std::string_view, 4> kExtensions{".hpp", ".cpp", ".md", ".json"};
    const std::string extension = path.extension().string();
    const std::string name = path.filename().string();
    return std::ranges::find(kExtensions, extension) != kExtensions.end() ||
           name == "CMakeLists.txt" || name == "dev" || name == "LICENSE" || name == "Dockerfile" ||
           path.parent_path().filename() == ".ci";
}

bool is_word(char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_';
}

/// Walks over C++ text and copies it, blanking what is not code.
class Blanker {
  public:
    explicit Blanker(std::string_view text) : text_(text) { out_.reserve(text.size()); }

    std::string run() {
        while (at_ < text_.size()) {
            step();
        }
        return std::move(out_);
    }

  private:
    void step() {
        if (starts_with("//")) {
            blank_until(text_.find('\n', at_));
        } else if (starts_with("/*")) {
            const std::size_t end = text_.find("*/", at_ + 2);
            blank_until(end == std::string_view::npos ? end : end + 2);
        } else if (starts_with("R\"") && (at_ == 0 || !is_word(text_[at_ - 1]))) {
            blank_raw_string();
        } else if (text_[at_] == '"') {
            blank_literal('"');
        } else if (text_[at_] == '\'' && (at_ == 0 || !is_word(text_[at_ - 1]))) {
            blank_literal('\'');  // after a word it is a digit separator
        } else {
            out_ += text_[at_++];
        }
    }

    bool starts_with(std::string_view what) const { return text_.substr(at_).starts_with(what); }

    void blank_until(std::size_t end) {
        for (end = std::min(end, text_.size()); at_ < end; ++at_) {
            out_ += text_[at_] == '\n' ? '\n' : ' ';
        }
    }

    /// Keeps the quotes, so that a literal still looks like an operand.
    void blank_literal(char quote) {
        out_ += text_[at_++];
        std::size_t end = at_;
        while (end < text_.size() && text_[end] != quote && text_[end] != '\n') {
            end += text_[end] == '\\' ? 2 : 1;
        }
        blank_until(end);
        if (at_ < text_.size() && text_[at_] == quote) {
            out_ += text_[at_++];
        }
    }

    void blank_raw_string() {
        const std::size_t open = text_.find('(', at_);
        if (open == std::string_view::npos) {
            blank_until(open);
            return;
        }
        std::string close = ")";
        close += text_.substr(at_ + 2, open - at_ - 2);
        close += '"';
        const std::size_t end = text_.find(close, open);
        blank_until(end == std::string_view::npos ? end : end + close.size());
    }

    std::string_view text_;
    std::size_t at_ = 0;
    std::string out_;
};

}  // namespace

SourceTree read_tree(const std::filesystem::path& root) {
    SourceTree tree;
    std::filesystem::recursive_directory_iterator it(root);
    for (const auto end = std::filesystem::end(it); it != end; ++it) {
        const std::string name = it->path().filename().string();
        if (it->is_directory()) {
            if (name == "build" || name == ".git") {
                it.disable_recursion_pending();
            }
        } else if (is_of_interest(it->path())) {
            std::ifstream file(it->path(), std::ios::binary);
            tree.emplace(it->path().lexically_relative(root).generic_string(),
                         std::string(std::istreambuf_iterator<char>(file), {}));
        }
    }
    return tree;
}

std::string complaint(std::string_view path, std::size_t line, std::string_view what) {
    return std::string(path) + ':' + std::to_string(line) + ": " + std::string(what);
}

std::vector<std::string_view> lines_of(std::string_view text) {
    std::vector<std::string_view> lines;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find('\n'), text.size());
        lines.push_back(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return lines;
}

std::string code_only(std::string_view text) {
    return Blanker(text).run();
}

std::string_view folder_of(std::string_view path) {
    const std::size_t slash = path.rfind('/');
    return slash == std::string_view::npos ? std::string_view() : path.substr(0, slash);
}

bool is_header(std::string_view path) {
    return path.ends_with(".hpp");
}

bool is_cpp(std::string_view path) {
    return is_header(path) || path.ends_with(".cpp");
}

}  // namespace ringcast::tests::tidy
