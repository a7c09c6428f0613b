// SPDX-License-Identifier: Apache-2.0
// The bodies of Asio's and Beast's own functions, compiled once and not in every file that includes
// one of their headers.
#include <boost/asio/impl/src.hpp>
#include <boost/beast/src.hpp>
