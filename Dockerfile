# edgecase in an image of its own: the program, the certificates of public authorities, and nothing else.
#
#   docker build -t edgecase .
#   docker run --rm -p 127.0.0.1:8080:8080 -v "$PWD:/project:ro" edgecase serve terraform

FROM golang:1.26-bookworm AS build
# Where modules come from, for whoever builds behind a proxy of modules.
ARG GOPROXY
ARG GOSUMDB
ARG GOFLAGS
WORKDIR /src
ENV CGO_ENABLED=0
# The modules have a layer of their own, and what takes longest to compile: they stay when only edgecase changes.
COPY go.mod go.sum ./
RUN go mod download && go build -trimpath net/http golang.org/x/net/http2 github.com/spf13/cobra \
	github.com/hashicorp/hcl/v2/hclparse github.com/zclconf/go-cty/cty/function/stdlib
COPY . .
RUN go build -trimpath -ldflags "-s -w" -o /image/bin/edgecase ./cmd/edgecase \
	&& mkdir -p /state /image/project /image/etc/ssl/certs \
	&& cp /etc/ssl/certs/ca-certificates.crt /image/etc/ssl/certs/

FROM scratch
COPY --from=build /image/ /
# The local certificate authority. Mount a volume here to keep it; where nothing can be written, it lives in memory.
COPY --from=build --chown=65532:65532 /state /state
USER 65532:65532
WORKDIR /project
# In a container loopback is the container's own, and a published port arrives from outside of it. So edgecase listens on
# all of its addresses, and who may come in is for -p to say: -p 127.0.0.1:8080:8080 is this machine alone.
ENV EDGECASE_HTTP=0.0.0.0:8080 EDGECASE_HTTPS=0.0.0.0:8443 EDGECASE_ADMIN=0.0.0.0:8081 EDGECASE_STATE=/state
EXPOSE 8080 8443 8081
HEALTHCHECK --interval=5s --timeout=5s --start-period=10s CMD ["edgecase", "healthcheck"]
ENTRYPOINT ["edgecase"]
CMD ["serve"]
