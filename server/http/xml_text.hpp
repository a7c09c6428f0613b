// SPDX-License-Identifier: Apache-2.0
// Text for XML and HTML documents.
#pragma once

#include <string>
#include <string_view>

namespace ringcast::server::http {

/// `text` for element content and quoted attributes, in UTF-8: & < > " ' become references, the
/// control characters that XML 1.0 forbids become blanks. Bytes that are no UTF-8 are taken as
/// Latin-1.
[[nodiscard]] std::string escape_xml(std::string_view text);

/// As escape_xml(), but in ASCII: everything above becomes a decimal character reference, as in
/// Icecast's /admin/stats. `<` and `>` become U+2039 and U+203A: a widespread panel decodes all
/// references of the document before it parses it (WIRE notes 19.6).
[[nodiscard]] std::string escape_xml_ascii(std::string_view text);

}  // namespace ringcast::server::http
