// SPDX-License-Identifier: Apache-2.0
#include "tests/tidy/reference_rules.hpp"

#include <gmock/gmock.h>

namespace ringcast::tests::tidy {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

Complaints said_of_link(const std::string& link) {
    return check_document_links({{"docs/a.md", "# A page\n\nSee [there](" + link + ").\n"},
                                 {"docs/b.md", "## Two words: `code`, and more\n"},
                                 {"core/ring.hpp", ""},
                                 {"README.md", ""}});
}

TEST(DocumentLinks, ThatLeadSomewherePass) {
    for (const char* link : {"b.md", "../README.md", "../core/ring.hpp", "../core", "../core/",
                             "#a-page", "b.md#two-words-code-and-more", "https://example.org/x"}) {
        EXPECT_THAT(said_of_link(link), IsEmpty()) << link;
    }
}

TEST(DocumentLinks, ThatLeadNowhereAreFound) {
    for (const char* link : {"c.md", "README.md", "../cor", "#no-page", "b.md#a-page"}) {
        EXPECT_THAT(said_of_link(link), ElementsAre(HasSubstr("docs/a.md:3"))) << link;
    }
}

TEST(DocumentLinks, AreNotLookedForInCode) {
    EXPECT_THAT(check_document_links({{"a.md", "`[a](b)`\n```\n[a](b)\n```\n"}}), IsEmpty());
    EXPECT_THAT(check_document_links({{"a.md", "```\n```\n[a](b)\n"}}),
                ElementsAre(HasSubstr("a.md:3")));
}

TEST(Sources, AreListedByTheirPathFromTheListsFolder) {
    const SourceTree tree{
        {"core/CMakeLists.txt", "add_library(core\n  a.cpp # b.cpp\n  framing/mp3.cpp)\n"},
        {"core/a.cpp", ""},
        {"core/b.cpp", ""},
        {"core/framing/mp3.cpp", ""},
        {"core/framing/a.cpp", ""},
        {"tests/core/CMakeLists.txt", "add_executable(t ../support/c.cpp)\n"},
        {"tests/support/c.cpp", ""}};
    EXPECT_THAT(check_sources_are_listed(tree),
                ElementsAre(HasSubstr("core/b.cpp"), HasSubstr("core/framing/a.cpp")));
}

TEST(Sources, ThatFuzzAreListedByTarget) {
    const SourceTree tree{{"tests/fuzz/CMakeLists.txt", "add_fuzz_target(fuzz_a core)\n"},
                          {"tests/fuzz/fuzz_a.cpp", ""},
                          {"tests/fuzz/fuzz_b.cpp", ""}};
    EXPECT_THAT(check_sources_are_listed(tree), ElementsAre(HasSubstr("fuzz_b.cpp")));
}

}  // namespace
}  // namespace ringcast::tests::tidy
