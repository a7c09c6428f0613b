// SPDX-License-Identifier: Apache-2.0
// Text from peers made safe for the three places where logs put it: a JSON string, a terminal, and
// a field of an access log line. No output byte can end the line or the field it stands in.
#pragma once

#include <string>
#include <string_view>

namespace ringcast::server::runtime {

/// Appends `text` as a JSON string with its quotes (RFC 8259 section 7). What is not UTF-8 becomes
/// U+FFFD, one per bad byte; DEL and the C1 controls are escaped too.
void append_json_string(std::string& out, std::string_view text);

/// Appends UTF-8 as it is; controls (C0, DEL, C1) and what is not UTF-8 as \xNN.
void append_printable(std::string& out, std::string_view text);

/// Appends printable ASCII as it is; quotes, backslashes and all other bytes as %NN, and blanks too
/// when `escape_blanks`. A percent sign stays, so that an escaped target is not escaped twice.
void append_percent_escaped(std::string& out, std::string_view text, bool escape_blanks);

}  // namespace ringcast::server::runtime
