# The image of the service, for linux/amd64: no shell, no package manager, not root.
#
# Built the same way from the same commit it is the same image, so that an auditor can compare digests:
#
#   docker buildx build --platform linux/amd64 --provenance=false \
#     --build-arg SOURCE_COMMIT="$(git rev-parse HEAD)" \
#     --build-arg SOURCE_DATE_EPOCH="$(git log -1 --format=%ct)" \
#     --output type=oci,dest=sealwright.tar,rewrite-timestamp=true .
#
# Both bases are named by the digest of their multi-platform index. Whoever reviews a build compares them with the registries:
# node 24.21.0 (bookworm-slim) and distroless nodejs24-debian12:nonroot.

FROM node:24-bookworm-slim@sha256:0e0ff40c39bc087845bfb27465a0df4ea419520094bc35842ff83dd8cbe6f9b6 AS build
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --workspaces=false --ignore-scripts --no-audit --no-fund
COPY . .
RUN npm run -s build
# A claim until somebody built the image again: where the source came from. Without a commit the build fails.
ARG SOURCE_COMMIT
RUN node dist/scripts/write-source-file.js "$SOURCE_COMMIT" && node dist/scripts/stage-image.js /out

FROM gcr.io/distroless/nodejs24-debian12:nonroot@sha256:14d42e2511532589a7c7e01a753667a74fcc96266e137e8125006b87b0c32d0a
WORKDIR /app
ENV NODE_ENV=production
# Root owns the code: the service can not change it. It owns /data, whose owner a new volume takes over.
COPY --from=build --chown=0:0 /out/app/ /app/
COPY --from=build --chown=65532:65532 /out/data/ /data/
USER 65532:65532
EXPOSE 3001
STOPSIGNAL SIGTERM
ENTRYPOINT ["/nodejs/bin/node"]
CMD ["/app/dist/src/main.js"]
