// SPDX-License-Identifier: Apache-2.0
#include "tests/support/programs.hpp"

namespace ringcast::tests::support {

std::vector<std::string> ffmpeg_source(const Media& media, const EncoderRun& run) {
    std::vector<std::string> command{"ffmpeg",
                                     "-hide_banner",
                                     "-nostdin",
                                     "-loglevel",
                                     "error",
                                     "-readrate",
                                     std::to_string(run.speed),
                                     "-t",
                                     std::to_string(run.seconds_of_audio),
                                     "-i",
                                     media.path.string(),
                                     "-c",
                                     "copy",
                                     "-content_type",
                                     media.content_type,
                                     "-ice_name",
                                     "From ffmpeg",
                                     "-f",
                                     media.muxer};
    if (media.codec == Codec::WebM) {
        command.insert(command.end(), {"-live", "1", "-cluster_time_limit", "500"});
    }
    if (media.codec == Codec::Ogg) {
        command.insert(command.end(), {"-page_duration", "200000"});
    }
    command.insert(command.end(), run.options.begin(), run.options.end());
    command.push_back("icecast://source:hackme@127.0.0.1:" + std::to_string(run.port) + run.mount);
    return command;
}

std::string ezstream_config(const Media& media, const std::string& format, std::uint16_t port) {
    return R"(<?xml version="1.0" encoding="UTF-8"?>
<ezstream>
  <servers><server>
    <protocol>HTTP</protocol><hostname>127.0.0.1</hostname><port>)" +
           std::to_string(port) + R"(</port><user>source</user><password>hackme</password>
  </server></servers>
  <streams><stream>
    <mountpoint>/live</mountpoint><format>)" +
           format + R"(</format><stream_name>From ezstream</stream_name>
  </stream></streams>
  <intakes><intake><type>file</type><filename>)" +
           media.path.string() + R"(</filename><stream_once>Yes</stream_once></intake></intakes>
</ezstream>
)";
}

std::string liquidsoap_script(const Media& media, const std::string& format, std::uint16_t port) {
    return R"(settings.init.allow_root.set(true)
radio = mksafe(single("annotate:artist='Liquid',title='Soap':)" +
           media.path.string() + R"("))
output.icecast(%)" +
           format + R"(, host="127.0.0.1", port=)" + std::to_string(port) +
           R"(, password="hackme", mount="/live", name="From Liquidsoap", radio)
)";
}

}  // namespace ringcast::tests::support
