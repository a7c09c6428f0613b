// SPDX-License-Identifier: Apache-2.0
// Every rule of this folder, applied to the repository itself.
#include <gmock/gmock.h>

#include "tests/tidy/include_rules.hpp"
#include "tests/tidy/reference_rules.hpp"
#include "tests/tidy/source_tree.hpp"
#include "tests/tidy/style_rules.hpp"

namespace ringcast::tests::tidy {
namespace {

class ThisTree : public ::testing::Test {
  protected:
    static void expect_none(const Complaints& complaints) {
        for (const std::string& complaint : complaints) {
            ADD_FAILURE() << complaint;
        }
    }

    const SourceTree tree_ = read_tree(RINGCAST_SOURCE_DIR);
};

TEST_F(ThisTree, IsReadWhole) {
    for (const char* path :
         {"README.md", "dev", ".ci/run", "LICENSE", "CMakeLists.txt", "core/check.hpp",
          "server/main.cpp", "tests/tidy/this_tree_test.cpp"}) {
        EXPECT_TRUE(tree_.contains(path)) << path;
    }
}

TEST_F(ThisTree, IncludesInTheAllowedDirectionOnly) {
    expect_none(check_include_direction(tree_));
}

TEST_F(ThisTree, IncludesNothingInCircles) {
    expect_none(check_include_cycles(tree_));
}

TEST_F(ThisTree, BeginsEveryFileWithLicenceAndPurpose) {
    expect_none(check_heads(tree_));
}

TEST_F(ThisTree, KeepsFilesShort) {
    expect_none(check_file_sizes(tree_));
}

TEST_F(ThisTree, KeepsFunctionsShort) {
    expect_none(check_function_sizes(tree_));
}

TEST_F(ThisTree, UsesNothingBanned) {
    expect_none(check_banned(tree_));
}

TEST_F(ThisTree, LeavesNoNoteWithoutAName) {
    expect_none(check_notes(tree_));
}

TEST_F(ThisTree, LinksOnlyToWhatExists) {
    expect_none(check_document_links(tree_));
}

TEST_F(ThisTree, ListsEverySource) {
    expect_none(check_sources_are_listed(tree_));
}

}  // namespace
}  // namespace ringcast::tests::tidy
