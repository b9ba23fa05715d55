# Two images of one build: `--target ingest` and `--target flusher`. `--target test` runs the
# unit and contract tests on the same Debian.
#
# The final images start from nothing: the program, the libraries that it loads and
# certificates. No shell, no package manager, nothing writable; about a third of what a slim
# Debian with the same libraries takes. deploy/image/make_root says what is in them.
#
# Health is asked for over HTTP (/livez, /readyz), so there is no HEALTHCHECK.
FROM docker.io/library/debian:trixie-slim AS tools
WORKDIR /src
COPY deploy/local/deps deploy/local/deps
RUN deploy/local/deps build traces image && rm -rf /var/lib/apt/lists/*

FROM tools AS source
COPY CMakeLists.txt CMakePresets.json ./
COPY proto proto
COPY common common
COPY services services
# CMake looks at the load generator, though nothing of it is built here. The tests stay out, so
# that another test makes no other image.
COPY tests/CMakeLists.txt tests/
COPY tests/load tests/load

FROM source AS build
RUN --mount=type=cache,target=/root/.cache/ccache \
    cmake --preset release -DINKWELL_TRACES=ON && \
    cmake --build build/release --target inkwell-ingest inkwell-flusher

FROM tools AS test
RUN deploy/local/deps run test && rm -rf /var/lib/apt/lists/*
COPY --from=source /src /src
COPY tests tests
RUN --mount=type=cache,target=/root/.cache/ccache \
    cmake --preset dev && cmake --build build/dev --target unit_tests contract_tests && \
    ctest --test-dir build/dev --output-on-failure --no-tests=error -j 2 -L '^(unit|contract)$'

FROM build AS roots
COPY deploy/image deploy/image
RUN for service in ingest flusher; do \
      strip build/release/bin/inkwell-$service && \
      deploy/image/make_root build/release/bin/inkwell-$service /root/$service || exit 1; \
    done

FROM scratch AS ingest
COPY --from=roots /root/ingest /
USER 65532:65532
EXPOSE 50051 9464
ENTRYPOINT ["/usr/bin/inkwell-ingest"]
ARG VERSION=0.1.0
ARG REVISION=unknown
LABEL org.opencontainers.image.title="inkwell-ingest" \
      org.opencontainers.image.description="Takes comments by gRPC, puts them on Redis lists and acknowledges at once" \
      org.opencontainers.image.version="$VERSION" \
      org.opencontainers.image.revision="$REVISION"

FROM scratch AS flusher
COPY --from=roots /root/flusher /
USER 65532:65532
EXPOSE 50052 9465
ENTRYPOINT ["/usr/bin/inkwell-flusher"]
ARG VERSION=0.1.0
ARG REVISION=unknown
LABEL org.opencontainers.image.title="inkwell-flusher" \
      org.opencontainers.image.description="Writes what inkwell-ingest has queued in Redis to Postgres, in batches" \
      org.opencontainers.image.version="$VERSION" \
      org.opencontainers.image.revision="$REVISION"
