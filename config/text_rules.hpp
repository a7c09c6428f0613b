// SPDX-License-Identifier: Apache-2.0
// What a text of the configuration must look like, beyond its length and being free of control
// characters. A rule is not asked about an empty text; whether that may be is the field's minimum.
#pragma once

#include <string_view>

namespace ringcast::config {

struct TextRule {
    std::string_view expected;  ///< "a path such as \"/live\""
    /// What is wrong with `text` ("does not begin with \"/\""); empty when nothing is.
    std::string_view (*fault)(std::string_view text);
};

[[nodiscard]] std::string_view mount_fault(std::string_view text);
[[nodiscard]] std::string_view address_fault(std::string_view text);
[[nodiscard]] std::string_view hostname_fault(std::string_view text);
[[nodiscard]] std::string_view header_fault(std::string_view text);
[[nodiscard]] std::string_view content_type_fault(std::string_view text);
[[nodiscard]] std::string_view user_fault(std::string_view text);
[[nodiscard]] std::string_view password_fault(std::string_view text);

/// A station's path, as it is after percent-decoding, that no page of the server stands on.
inline constexpr TextRule kMountRule{"a path such as \"/live\"", mount_fault};
/// A numeric address to bind; names would need DNS.
inline constexpr TextRule kAddressRule{"an IPv4 or IPv6 address such as \"0.0.0.0\" or \"::\"",
                                       address_fault};
inline constexpr TextRule kHostnameRule{"a host name or address without a port", hostname_fault};
inline constexpr TextRule kHeaderRule{"printable ASCII", header_fault};
inline constexpr TextRule kContentTypeRule{"a media type such as \"audio/mpeg\"",
                                           content_type_fault};
/// HTTP Basic (RFC 7617) ends the user at the first colon.
inline constexpr TextRule kUserRule{"a user name without \":\"", user_fault};
/// crypt(5): "$", the method's name, "$" or ",", printable ASCII without blanks and ":;*!\".
inline constexpr TextRule kPasswordRule{
    "a plain password, or a hash as \"ringcast hash-password\" "
    "prints it",
    password_fault};

}  // namespace ringcast::config
