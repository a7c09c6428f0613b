// SPDX-License-Identifier: Apache-2.0
#include "tests/tidy/include_rules.hpp"

#include <gmock/gmock.h>

namespace ringcast::tests::tidy {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

/// What is said of one file with one include, in a tree that has a file in every layer.
Complaints said_of(const std::string& path, const std::string& include) {
    SourceTree tree;
    for (const char* name :
         {"core/ring.hpp", "core/framing/ogg.hpp", "config/config.hpp", "server/app.hpp",
          "server/runtime/worker.hpp", "server/net/acceptor.hpp", "server/http/router.hpp",
          "server/listen/listener.hpp", "server/ingest/source.hpp", "server/stations/registry.hpp",
          "loadtest/fleet.hpp", "tests/support/bytes.hpp"}) {
        tree.emplace(name, "");
    }
    tree[path] = "#include " + include + "\n";
    return check_include_direction(tree);
}

TEST(IncludeDirection, LetsTheAllowedPass) {
    EXPECT_THAT(said_of("core/station.cpp", R"("core/framing/ogg.hpp")"), IsEmpty());
    EXPECT_THAT(said_of("core/block_pool.cpp", "<sys/mman.h>"), IsEmpty());
    EXPECT_THAT(said_of("core/framing/ogg.cpp", "<ogg/ogg.h>"), IsEmpty());
    EXPECT_THAT(said_of("config/parse.cpp", "<nlohmann/json.hpp>"), IsEmpty());
    EXPECT_THAT(said_of("server/net/x.cpp", R"("server/runtime/worker.hpp")"), IsEmpty());
    EXPECT_THAT(said_of("server/listen/x.cpp", R"("server/http/router.hpp")"), IsEmpty());
    EXPECT_THAT(said_of("server/stations/x.cpp", R"("server/http/router.hpp")"), IsEmpty());
    EXPECT_THAT(said_of("server/listen/x.cpp", R"("server/stations/registry.hpp")"), IsEmpty());
    EXPECT_THAT(said_of("server/ingest/x.cpp", R"("server/stations/registry.hpp")"), IsEmpty());
    EXPECT_THAT(said_of("server/app.cpp", R"("config/config.hpp")"), IsEmpty());
    EXPECT_THAT(said_of("server/main.cpp", R"("server/listen/listener.hpp")"), IsEmpty());
    EXPECT_THAT(said_of("loadtest/main.cpp", R"("core/ring.hpp")"), IsEmpty());
    EXPECT_THAT(said_of("loadtest/main.cpp", "<CLI/CLI.hpp>"), IsEmpty());
    EXPECT_THAT(said_of("tests/e2e/play_test.cpp", R"("tests/support/bytes.hpp")"), IsEmpty());
}

TEST(IncludeDirection, KeepsTheLeavesApart) {
    EXPECT_THAT(said_of("core/a.cpp", R"("config/config.hpp")"), SizeIs(1));
    EXPECT_THAT(said_of("core/a.cpp", R"("server/app.hpp")"), SizeIs(1));
    EXPECT_THAT(said_of("config/a.cpp", R"("core/ring.hpp")"), SizeIs(1));
    EXPECT_THAT(said_of("config/a.cpp", R"("server/app.hpp")"), SizeIs(1));
    EXPECT_THAT(said_of("loadtest/a.cpp", R"("server/app.hpp")"), SizeIs(1));
    EXPECT_THAT(said_of("loadtest/a.cpp", R"("config/config.hpp")"), SizeIs(1));
}

TEST(IncludeDirection, KeepsProtocolsFromEachOtherAndFromAboveThem) {
    EXPECT_THAT(said_of("server/listen/a.cpp", R"("server/ingest/source.hpp")"), SizeIs(1));
    EXPECT_THAT(said_of("server/listen/a.cpp", R"("server/app.hpp")"), SizeIs(1));
    EXPECT_THAT(said_of("server/listen/a.cpp", R"("config/config.hpp")"), SizeIs(1));
    EXPECT_THAT(said_of("server/http/a.cpp", R"("server/listen/listener.hpp")"), SizeIs(1));
    EXPECT_THAT(said_of("server/http/a.cpp", R"("server/stations/registry.hpp")"), SizeIs(1));
    EXPECT_THAT(said_of("server/stations/a.cpp", R"("server/listen/listener.hpp")"), SizeIs(1));
    EXPECT_THAT(said_of("server/stations/a.cpp", R"("config/config.hpp")"), SizeIs(1));
    EXPECT_THAT(said_of("server/runtime/a.cpp", R"("server/net/acceptor.hpp")"), SizeIs(1));
    EXPECT_THAT(said_of("tests/e2e/a_test.cpp", R"("server/app.hpp")"), SizeIs(1));
}

TEST(IncludeDirection, KeepsLibrariesWhereTheyBelong) {
    EXPECT_THAT(said_of("core/a.cpp", "<boost/asio.hpp>"), SizeIs(1));
    EXPECT_THAT(said_of("core/a.cpp", "<spdlog/spdlog.h>"), SizeIs(1));
    EXPECT_THAT(said_of("core/a.cpp", "<sys/mman.h>"), SizeIs(1));
    EXPECT_THAT(said_of("loadtest/a.cpp", "<spdlog/spdlog.h>"), SizeIs(1));
    EXPECT_THAT(said_of("core/framing/mp3.cpp", "<ogg/ogg.h>"), SizeIs(1));
    EXPECT_THAT(said_of("config/a.hpp", "<nlohmann/json.hpp>"), SizeIs(1));
    EXPECT_THAT(said_of("server/http/a.cpp", "<nlohmann/json.hpp>"), SizeIs(1));
}

TEST(IncludeDirection, WantsProjectHeadersQuotedAndFromTheRoot) {
    EXPECT_THAT(said_of("core/a.cpp", "<core/ring.hpp>"), ElementsAre(HasSubstr("with quotes")));
    EXPECT_THAT(said_of("core/a.cpp", R"("ring.hpp")"), ElementsAre(HasSubstr("from the root")));
}

TEST(IncludeDirection, WantsEveryFileInALayer) {
    EXPECT_THAT(check_include_direction({{"util/misc.hpp", ""}}), SizeIs(1));
}

TEST(IncludeCycles, FindsHeadersInACircle) {
    const SourceTree tree{{"core/a.hpp", "#include \"core/b.hpp\"\n"},
                          {"core/b.hpp", "#include \"core/c.hpp\"\n"},
                          {"core/c.hpp", "#include \"core/a.hpp\"\n"},
                          {"core/d.hpp", "#include \"core/a.hpp\"\n"}};
    EXPECT_THAT(check_include_cycles(tree),
                ElementsAre(HasSubstr("core/a.hpp:1"), HasSubstr("core/b.hpp:1"),
                            HasSubstr("core/c.hpp:1")));
}

TEST(IncludeCycles, FindsFoldersInACircle) {
    const SourceTree tree{{"core/framing/a.cpp", "#include \"core/icy/b.hpp\"\n"},
                          {"core/framing/c.hpp", ""},
                          {"core/icy/a.cpp", "#include \"core/framing/c.hpp\"\n"},
                          {"core/icy/b.hpp", ""}};
    EXPECT_THAT(check_include_cycles(tree), SizeIs(2));
}

TEST(IncludeCycles, CountsAFolderAndItsSubfoldersAsOne) {
    const SourceTree tree{{"core/framing/mp3.hpp", "#include \"core/limits.hpp\"\n"},
                          {"core/limits.hpp", ""},
                          {"core/station.hpp", "#include \"core/framing/mp3.hpp\"\n"}};
    EXPECT_THAT(check_include_cycles(tree), IsEmpty());
}

}  // namespace
}  // namespace ringcast::tests::tidy
