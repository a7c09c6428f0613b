// SPDX-License-Identifier: Apache-2.0
// The text of index.html, put into the program by the build (embed_index.cmake).
#pragma once

#include <string_view>

namespace ringcast::server::admin {

extern const std::string_view kIndexHtml;

}  // namespace ringcast::server::admin
