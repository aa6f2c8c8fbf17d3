# CommandCenter as an image of one static program, for linux/amd64 and linux/arm64:
#
#   docker build -t commandcenter .
#   docker buildx build --platform linux/amd64,linux/arm64 -t registry.example.org/commandcenter --push .
#
# Each platform is built on itself (or emulated): some dependencies are C, and Alpine's compiler makes static
# programs without a cross compiler.

ARG RUST_VERSION=1.95
ARG ALPINE_VERSION=3.22

# The manifests alone, each with an empty program beside it. What follows from them stays cached until a
# dependency changes.
FROM alpine:${ALPINE_VERSION} AS manifests
COPY . /source
WORKDIR /source
RUN find . -type f ! -name Cargo.toml ! -name Cargo.lock ! -path './.cargo/*' -delete \
 && for manifest in crates/*/Cargo.toml xtask/Cargo.toml; do \
        folder=$(dirname "$manifest"); \
        mkdir -p "$folder/src"; \
        echo 'fn main() {}' > "$folder/src/main.rs"; \
        : > "$folder/src/lib.rs"; \
    done \
 # A test of its own harness is named in its manifest, so it has to be there.
 && mkdir -p crates/retrieval/tests/worker \
 && echo 'fn main() {}' > crates/retrieval/tests/worker/main.rs

FROM rust:${RUST_VERSION}-alpine${ALPINE_VERSION} AS build
RUN apk add --no-cache build-base cmake perl
WORKDIR /source
# amd64 or arm64, from the builder.
ARG TARGETARCH
RUN case "$TARGETARCH" in \
        amd64) echo x86_64-unknown-linux-musl ;; \
        arm64) echo aarch64-unknown-linux-musl ;; \
        *) echo "no image for $TARGETARCH" >&2; exit 1 ;; \
    esac > /target
ENV RUSTFLAGS="-C target-feature=+crt-static"

COPY --from=manifests /source .
RUN cargo build --release --locked --package cli --target "$(cat /target)"

COPY . .
# Newer than the empty programs, or cargo would keep those.
RUN find crates xtask -name '*.rs' -exec touch {} + \
 && cargo build --release --locked --package cli --target "$(cat /target)" \
 && mkdir -p /image/data /image/tmp /image/etc/ssl/certs \
 && chmod 1777 /image/tmp \
 && chown 65532:65532 /image/data \
 && cp "target/$(cat /target)/release/commandcenter" /image/commandcenter \
 && cp /etc/ssl/certs/ca-certificates.crt /image/etc/ssl/certs/

FROM scratch
COPY --from=build /image /
# Nobody: there is no file of users to name it in.
USER 65532:65532
# Keys, and the databases where they are SQLite. Mount a volume here; the rest may be read only.
ENV COMMANDCENTER_DATA=/data
VOLUME /data
# hub, federation, instance
EXPOSE 9001 8001 8000
ENTRYPOINT ["/commandcenter"]
CMD ["--help"]
