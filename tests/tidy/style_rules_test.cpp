// SPDX-License-Identifier: Apache-2.0
#include "tests/tidy/style_rules.hpp"

#include <gmock/gmock.h>

namespace ringcast::tests::tidy {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr const char* kLicence = "// SPDX-License-Identifier: Apache-2.0\n";

std::string repeated(const std::string& line, int times) {
    std::string text;
    for (int i = 0; i < times; ++i) {
        text += line;
    }
    return text;
}

TEST(Heads, WantTheLicenceFirst) {
    EXPECT_THAT(check_heads({{"core/a.cpp", kLicence}}), IsEmpty());
    EXPECT_THAT(check_heads({{"core/a.cpp", "int a;\n"}}), SizeIs(1));
    EXPECT_THAT(check_heads({{"core/a.cpp", ""}}), SizeIs(1));
    EXPECT_THAT(check_heads({{"dev", "#!/bin/sh\n# SPDX-License-Identifier: Apache-2.0\n"}}),
                IsEmpty());
    EXPECT_THAT(check_heads({{"dev", "#!/bin/sh\n"}}), SizeIs(1));
}

TEST(Heads, OfHeadersSayThePurposeThenPragmaOnce) {
    const auto header = [](const std::string& rest) {
        return check_heads({{"core/a.hpp", kLicence + rest}});
    };
    EXPECT_THAT(header("// What it is for.\n#pragma once\n"), IsEmpty());
    EXPECT_THAT(header("#pragma once\n"), ElementsAre(HasSubstr("what the file is for")));
    EXPECT_THAT(header(repeated("// Long.\n", 7) + "#pragma once\n"),
                ElementsAre(HasSubstr("what the file is for")));
    EXPECT_THAT(header("// What it is for.\nint a;\n"), ElementsAre(HasSubstr("#pragma once")));
}

TEST(FileSizes, AreBounded) {
    EXPECT_THAT(check_file_sizes({{"core/a.cpp", repeated("x\n", 400)}}), IsEmpty());
    EXPECT_THAT(check_file_sizes({{"core/a.cpp", repeated("x\n", 401)}}), SizeIs(1));
    EXPECT_THAT(check_file_sizes({{"core/a.cpp", repeated("\xc3\xa9", 100)}}), IsEmpty());
    EXPECT_THAT(check_file_sizes({{"core/a.cpp", repeated("x", 101)}}), SizeIs(1));
    EXPECT_THAT(check_file_sizes({{"docs/a.md", repeated("x", 101)}}), IsEmpty());
}

std::size_t long_functions(const std::string& text) {
    return check_function_sizes({{"core/a.cpp", text}}).size();
}

TEST(FunctionSizes, AreBounded) {
    EXPECT_EQ(long_functions("void f() {\n" + repeated("g();\n", 69) + "}\n"), 0U);
    EXPECT_EQ(long_functions("void f() {\n" + repeated("g();\n", 70) + "}\n"), 1U);
}

TEST(FunctionSizes, AreMeasuredInsideNamespacesAndTypes) {
    const std::string body = " {\n" + repeated("g();\n", 70) + "}\n";
    EXPECT_EQ(long_functions("namespace a {\nvoid f()" + body + "}\n"), 1U);
    EXPECT_EQ(long_functions("template <class T>\nclass A final : B {\n  public:\n void f() const" +
                             body + "};\n"),
              1U);
    EXPECT_EQ(long_functions("A::A(int a) : a_{a}, b_{0}" + body), 1U);
}

TEST(FunctionSizes, LeaveNamespacesTypesTablesAndLiteralsAlone) {
    EXPECT_EQ(long_functions("namespace {\n" + repeated("int a();\n", 80) + "}\n"), 0U);
    EXPECT_EQ(long_functions("struct A {\n" + repeated("int a;\n", 80) + "};\n"), 0U);
    EXPECT_EQ(long_functions("constexpr A kA[]{\n" + repeated("{1, 2},\n", 80) + "};\n"), 0U);
    EXPECT_EQ(long_functions("auto kA = R\"({\n" + repeated("a;\n", 80) + "})\";\n"), 0U);
}

TEST(Banned, CallsAreFoundAndOthersAreNot) {
    const auto said = [](const std::string& text) {
        return check_banned({{"core/a.cpp", text}}).size();
    };
    EXPECT_EQ(said("strcpy(a, b);"), 1U);
    EXPECT_EQ(said("  std::sprintf (a, b);"), 1U);
    EXPECT_EQ(said("x = atoi(a) + rand();"), 2U);
    EXPECT_EQ(said("snprintf(a, 1, b); my_rand(); a.rand(); p->gets(); // strcpy()"), 0U);
    EXPECT_EQ(said("log(\"strcpy(a)\");"), 0U);
}

TEST(Banned, UsingNamespaceInHeadersOnly) {
    const std::string text = "using namespace std;\n";
    EXPECT_THAT(check_banned({{"core/a.hpp", text}}), SizeIs(1));
    EXPECT_THAT(check_banned({{"core/a.cpp", text}}), IsEmpty());
}

TEST(Banned, SleepingInUnitTestsOnly) {
    const std::string text = "std::this_thread::sleep_for(1s);\n";
    EXPECT_THAT(check_banned({{"tests/core/a_test.cpp", text}}), SizeIs(1));
    EXPECT_THAT(check_banned({{"tests/e2e/a_test.cpp", text}}), IsEmpty());
}

TEST(Notes, NameSomebodyAndSayWhatIsLeft) {
    const auto said = [](const std::string& text) {
        return check_notes({{"core/a.cpp", text}}).size();
    };
    EXPECT_EQ(said("// FIX"
                   "ME\n"),
              1U);
    EXPECT_EQ(said("// TO"
                   "DO: later\n"),
              1U);
    EXPECT_EQ(said("// TO"
                   "DO(ana):\n"),
              1U);
    EXPECT_EQ(said("// TO"
                   "DO(ana): drop when the kernel is 6.2\n"),
              0U);
}

}  // namespace
}  // namespace ringcast::tests::tidy
