// SPDX-License-Identifier: Apache-2.0
#include "tests/tidy/include_rules.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <regex>
#include <set>

namespace ringcast::tests::tidy {

namespace {

using Names = std::vector<std::string_view>;

/// One row of the table. A path belongs to the first row whose `files` begin it.
struct Layer {
    std::string_view files;
    Names project;   ///< beginnings of project paths it may include, beside its own
    Names external;  ///< beginnings of others' headers, beside the standard library; {"*"}: any
};

const Names kAny{"*"};
const Names kServerLibraries{"boost/",    "spdlog/",  "fmt/",    "openssl/", "crypt.h", "sys/",
                             "netinet/",  "arpa/",    "linux/",  "netdb.h",  "poll.h",  "unistd.h",
                             "pthread.h", "signal.h", "fcntl.h", "sched.h",  "time.h"};
const Names kProtocolMay{"server/http/", "server/net/", "server/runtime/", "core/"};
/// Listeners and sources meet in the stations, and nowhere else.
const Names kStationUserMay{"server/stations/", "server/http/", "server/net/", "server/runtime/",
                            "core/"};
const Names kLoadtestLibraries{"boost/",   "fmt/",    "nlohmann/", "CLI/",   "sys/",     "netinet/",
                               "arpa/",    "linux/",  "netdb.h",   "poll.h", "openssl/", "unistd.h",
                               "signal.h", "fcntl.h", "strings.h", "sched.h"};

/// The table of CONTRIBUTING.md, most special first.
const std::vector<Layer>& layers() {
    static const std::vector<Layer> kLayers{
        {"core/framing/ogg", {"core/"}, {"boost/system/result.hpp", "ogg/"}},
        // The pool is a memfd with holes, and a ring is mapped from it.
        {"core/block_pool",
         {"core/"},
         {"boost/system/result.hpp", "sys/mman.h", "fcntl.h", "unistd.h"}},
        {"core/block_ring", {"core/"}, {"boost/system/result.hpp", "sys/mman.h"}},
        {"core/", {}, {"boost/system/result.hpp"}},
        {"config/", {}, {"boost/system/result.hpp", "nlohmann/", "arpa/inet.h"}},
        {"server/runtime/", {"core/"}, kServerLibraries},
        {"server/net/", {"server/runtime/", "core/"}, kServerLibraries},
        {"server/http/", {"server/net/", "server/runtime/", "core/"}, kServerLibraries},
        {"server/stations/", kProtocolMay, kServerLibraries},
        {"server/listen/", kStationUserMay, kAny},
        {"server/ingest/", kStationUserMay, kAny},
        {"server/relay/", kProtocolMay, kAny},
        {"server/hls/", kProtocolMay, kAny},
        {"server/admin/", kProtocolMay, kAny},
        {"server/metrics/", kProtocolMay, kAny},
        {"server/restart/", kProtocolMay, kAny},
        {"server/", {"core/", "config/"}, kAny},  // app: sees every folder, seen by none
        {"loadtest/", {"core/"}, kLoadtestLibraries},
        {"tests/core/", {"core/", "tests/support/"}, kAny},
        {"tests/config/", {"config/", "tests/support/"}, kAny},
        {"tests/loadtest/", {"loadtest/", "core/", "tests/support/"}, kAny},
        {"tests/e2e/", {"core/", "tests/support/"}, kAny},
        {"tests/tidy/", {}, kAny},
        {"tests/", {"core/", "config/", "server/", "loadtest/", "tests/"}, kAny},
    };
    return kLayers;
}

const Layer* layer_of(std::string_view path) {
    const auto it = std::ranges::find_if(
        layers(), [path](const Layer& layer) { return path.starts_with(layer.files); });
    return it == layers().end() ? nullptr : &*it;
}

bool begins_with_one_of(std::string_view text, const Names& beginnings) {
    return std::ranges::any_of(beginnings, [text](std::string_view beginning) {
        return beginning == "*" || text.starts_with(beginning);
    });
}

/// The standard library's own headers have neither a folder nor an extension.
bool is_standard(std::string_view header) {
    return header.find_first_of("/.") == std::string_view::npos;
}

struct Include {
    std::string target;
    bool quoted;
    std::size_t line;
};

std::vector<Include> includes_of(std::string_view text) {
    static const std::regex kInclude(R"(^\s*#\s*include\s*([<"])([^>"]+)[>"])");
    std::vector<Include> includes;
    std::size_t number = 0;
    for (const std::string_view line : lines_of(text)) {
        ++number;
        std::cmatch match;
        if (std::regex_search(line.data(), line.data() + line.size(), match, kInclude)) {
            includes.push_back({match.str(2), match.str(1) == "\"", number});
        }
    }
    return includes;
}

std::optional<std::string> fault_of(const SourceTree& tree, std::string_view path,
                                    const Layer& layer, const Include& include) {
    if (tree.contains(include.target)) {
        if (!include.quoted) {
            return "a project header is included with quotes: " + include.target;
        }
        if (!include.target.starts_with(layer.files) &&
            !begins_with_one_of(include.target, layer.project)) {
            return std::string(layer.files) + " may not include " + include.target;
        }
        return std::nullopt;
    }
    if (include.quoted) {
        return "no such file from the root: " + include.target;
    }
    if (include.target.starts_with("nlohmann/") && layer.files == "config/" && is_header(path)) {
        return "config/ uses JSON in sources only";
    }
    if (!is_standard(include.target) && !begins_with_one_of(include.target, layer.external)) {
        return std::string(layer.files) + " may not include <" + include.target + ">";
    }
    return std::nullopt;
}

using Graph = std::map<std::string, std::set<std::string>>;

bool leads_to(const Graph& graph, const std::string& from, const std::string& to) {
    std::set<std::string> seen;
    std::vector<std::string> open{from};
    while (!open.empty()) {
        const std::string name = open.back();
        open.pop_back();
        const auto node = graph.find(name);
        if (node == graph.end() || !seen.insert(name).second) {
            continue;
        }
        if (node->second.contains(to)) {
            return true;
        }
        open.insert(open.end(), node->second.begin(), node->second.end());
    }
    return false;
}

void complain_of_circles(const Graph& graph, Complaints& complaints) {
    for (const auto& [name, targets] : graph) {
        for (const std::string& target : targets) {
            if (target == name || leads_to(graph, target, name)) {
                complaints.push_back(complaint(name, 1, "includes in a circle, through " + target));
            }
        }
    }
}

bool is_within(std::string_view folder, std::string_view outer) {
    return folder == outer || (folder.starts_with(outer) && folder[outer.size()] == '/');
}

}  // namespace

Complaints check_include_direction(const SourceTree& tree) {
    Complaints complaints;
    for (const auto& [path, text] : tree) {
        if (!is_cpp(path)) {
            continue;
        }
        const Layer* layer = layer_of(path);
        if (layer == nullptr) {
            complaints.push_back(complaint(path, 1, "lies in no folder of the table of layers"));
            continue;
        }
        for (const Include& include : includes_of(text)) {
            if (const auto fault = fault_of(tree, path, *layer, include)) {
                complaints.push_back(complaint(path, include.line, *fault));
            }
        }
    }
    return complaints;
}

Complaints check_include_cycles(const SourceTree& tree) {
    Graph headers;
    Graph folders;
    for (const auto& [path, text] : tree) {
        if (!is_cpp(path)) {
            continue;
        }
        const std::string_view from = folder_of(path);
        for (const Include& include : includes_of(text)) {
            if (!tree.contains(include.target)) {
                continue;
            }
            if (is_header(path)) {
                headers[path].insert(include.target);
            }
            const std::string_view to = folder_of(include.target);
            if (!is_within(from, to) && !is_within(to, from)) {
                folders[std::string(from)].emplace(to);
            }
        }
    }
    Complaints complaints;
    complain_of_circles(headers, complaints);
    complain_of_circles(folders, complaints);
    return complaints;
}

}  // namespace ringcast::tests::tidy
