# aicr and what TLS needs, and nothing else: no shell, no named user, no git. The context has a
# static binary for each platform, as make image and goreleaser put it there: linux/amd64/aicr.
FROM --platform=$BUILDPLATFORM alpine:3.22 AS base
RUN mkdir -m 1777 /scratch

FROM scratch
ARG TARGETPLATFORM
COPY --from=base /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/
COPY --from=base /scratch /tmp
COPY $TARGETPLATFORM/aicr /usr/bin/aicr
ENV HOME=/tmp
USER 65532:65532
WORKDIR /work
ENTRYPOINT ["/usr/bin/aicr"]
