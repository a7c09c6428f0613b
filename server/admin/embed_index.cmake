# SPDX-License-Identifier: Apache-2.0
# Writes OUTPUT, a C++ source that holds the file INPUT as kIndexHtml. As bytes, not as a string
# literal: a literal's length is limited and the file may contain any delimiter.
file(READ ${INPUT} hex HEX)
string(REGEX REPLACE "([0-9a-f][0-9a-f])" "'\\\\x\\1'," bytes "${hex}")
string(REGEX REPLACE "(('[^']*',)('[^']*',)('[^']*',)('[^']*',)('[^']*',)('[^']*',)('[^']*',)('[^']*',))"
                     "\\1\n" bytes "${bytes}")
file(WRITE ${OUTPUT} "// Made from index.html by embed_index.cmake; do not edit.
#include \"server/admin/index_html.hpp\"

namespace ringcast::server::admin {
namespace {

constexpr char kBytes[] = {
${bytes}};

}  // namespace

const std::string_view kIndexHtml{kBytes, sizeof kBytes};

}  // namespace ringcast::server::admin
")
