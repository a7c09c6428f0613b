# SPDX-License-Identifier: Apache-2.0
# The server in a small image of its own. The config is not in it, because it holds the passwords:
# mount one at /etc/ringcast/ringcast.json (docs/operations.md, "In a container").

FROM debian:12-slim AS build
WORKDIR /ringcast
COPY dev ./
RUN ./dev packages build
COPY . .
RUN ./dev build && strip build/release/ringcast build/release/ringcast-load

FROM debian:12-slim
RUN apt-get update \
    && apt-get install --yes --no-install-recommends \
       libogg0 libspdlog1.10 libssl3 libtag1v5 \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --system --uid 990 --user-group --no-create-home --shell /usr/sbin/nologin ringcast
COPY --from=build /ringcast/LICENSE /usr/share/doc/ringcast/
COPY --from=build /ringcast/build/release/ringcast /ringcast/build/release/ringcast-load /usr/local/bin/
# Fails the build, not the start, when a shared library is missing.
RUN ringcast --version && ringcast-load --help >/dev/null
USER ringcast
EXPOSE 8000
# bash speaks TCP itself, so that the image needs no HTTP client. Port 8000 is the image's contract;
# a config with another port comes with its own --health-cmd.
HEALTHCHECK --interval=15s --timeout=5s --start-period=10s CMD ["bash", "-c", \
    "exec 3<>/dev/tcp/localhost/8000 && printf 'GET /healthz HTTP/1.0\\r\\n\\r\\n' >&3 && read -r line <&3 && [[ $line == *' 200 '* ]]"]
ENTRYPOINT ["ringcast"]
CMD ["serve", "--config", "/etc/ringcast/ringcast.json"]
