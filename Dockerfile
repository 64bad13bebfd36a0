# A static binary on an empty root: no shell, no libc, no user but a number.
FROM docker.io/library/golang:1.26 AS build
ARG VERSION=devel
ENV GOCACHE=/cache
WORKDIR /src
COPY . .
RUN --mount=type=cache,target=/go/pkg/mod --mount=type=cache,target=/cache \
    CGO_ENABLED=0 go build -trimpath -buildvcs=false -tags nomsgpack \
    -ldflags "-s -w -X main.version=${VERSION}" -o /understudy ./cmd/understudy
RUN ["/understudy", "version"]

FROM scratch
COPY --from=build /understudy /understudy
USER 65532:65532
EXPOSE 8080
ENV UNDERSTUDY_ADDR=:8080
HEALTHCHECK --interval=10s --timeout=3s --start-period=5s CMD ["/understudy", "health"]
ENTRYPOINT ["/understudy"]
CMD ["serve"]
