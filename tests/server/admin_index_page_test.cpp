// SPDX-License-Identifier: Apache-2.0
#include "server/admin/index_page.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace ringcast::server::admin {
namespace {

using testing::HasSubstr;
using testing::Not;

TEST(IndexPage, IsTheWholeDocumentWithTheServersName) {
    const http::Reply reply = index_page_reply("Radio <One> & Two");
    EXPECT_EQ(reply.content_type, "text/html; charset=utf-8");
    EXPECT_TRUE(reply.body.starts_with("<!DOCTYPE html>"));
    EXPECT_TRUE(reply.body.ends_with("</html>\n"));
    EXPECT_THAT(reply.body, HasSubstr("<title>Radio &lt;One&gt; &amp; Two</title>"));
    EXPECT_THAT(reply.body, HasSubstr("<h1>Radio &lt;One&gt; &amp; Two</h1>"));
    EXPECT_THAT(reply.body, Not(HasSubstr("{{")));
    EXPECT_THAT(index_page_reply("").body, HasSubstr("<title>Ringcast</title>"));
}

TEST(IndexPage, NeedsNothingFromElsewhereAndBuildsNoMarkupFromText) {
    const std::string body = index_page_reply("x").body;
    for (const char* text : {"innerHTML", "insertAdjacentHTML", "document.write", "src=\"http",
                             "href=\"http", "@import", "url(", "eval("}) {
        EXPECT_THAT(body, Not(HasSubstr(text))) << text;
    }
    EXPECT_THAT(body, HasSubstr("./status-json.xsl"));
}

}  // namespace
}  // namespace ringcast::server::admin
