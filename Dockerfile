# syntax=docker/dockerfile:1
# One image a process: docker build --target gateway|gateway-distroless|users|orders|products|reviews|assistant .
ARG NODE_VERSION=26.12.1
# What everything is built on and runs on: Debian or another system with glibc, Node, npm and a user "node".
ARG BASE_IMAGE=node:${NODE_VERSION}-slim

# The image has its own Node: the one that package.json pins for developers is taken out again.
FROM ${BASE_IMAGE} AS sources
WORKDIR /atrium
COPY package.json package-lock.json .npmrc ./

FROM sources AS build
RUN --mount=type=cache,target=/root/.npm npm ci \
  && rm -rf node_modules/node-linux-* node_modules/.bin/node
COPY . .
RUN npm run build

FROM sources AS production-dependencies
COPY tools/image tools/image
RUN --mount=type=cache,target=/root/.npm npm ci --omit=dev \
  && npm sbom --package-lock-only --sbom-format cyclonedx > sbom.cdx.json \
  && rm -rf node_modules/node-linux-* node_modules/.bin/node \
  && node tools/image/reduce-packages.ts

FROM ${BASE_IMAGE} AS process
# glibc gives each thread an arena of its own: docs/performance.md, Memory and the collector.
ENV NODE_ENV=production HOST=0.0.0.0 MALLOC_ARENA_MAX=2
WORKDIR /atrium
COPY --from=production-dependencies /atrium/node_modules ./node_modules
COPY --from=production-dependencies /atrium/sbom.cdx.json /atrium/THIRD_PARTY_LICENSES.txt ./
COPY --from=build /atrium/package.json ./
COPY --from=build /atrium/dist ./dist
COPY clients ./clients
COPY released ./released
COPY tools/docker-health.mjs LICENSE* ./
ARG VERSION=0.1.0
ARG REVISION=unknown
ARG CREATED=unknown
ARG SOURCE=unknown
ARG BASE_IMAGE
LABEL org.opencontainers.image.title="Atrium" \
      org.opencontainers.image.description="A backend-for-frontend gateway for NestJS" \
      org.opencontainers.image.licenses="MIT" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}" \
      org.opencontainers.image.created="${CREATED}" \
      org.opencontainers.image.source="${SOURCE}" \
      org.opencontainers.image.base.name="${BASE_IMAGE}"
STOPSIGNAL SIGTERM

FROM process AS service
# Where a service keeps its data unless DATABASE_URL names a database server.
ENV DATA_DIR=/data
RUN mkdir /data && chown node:node /data
VOLUME /data
USER node

FROM service AS users
ENV PORT=3001
EXPOSE 3001
HEALTHCHECK --interval=5s --timeout=3s --start-period=30s --start-interval=1s \
  CMD ["node", "docker-health.mjs"]
CMD ["node", "dist/bundles/users.js"]

FROM service AS orders
ENV PORT=3002
EXPOSE 3002
HEALTHCHECK --interval=5s --timeout=3s --start-period=30s --start-interval=1s \
  CMD ["node", "dist/bundles/health-check.js"]
CMD ["node", "dist/bundles/orders.js"]

FROM service AS products
ENV PORT=3003
EXPOSE 3003
HEALTHCHECK --interval=5s --timeout=3s --start-period=30s --start-interval=1s \
  CMD ["node", "dist/bundles/health-check.js"]
CMD ["node", "dist/bundles/products.js"]

FROM service AS reviews
ENV PORT=3004
EXPOSE 3004
HEALTHCHECK --interval=5s --timeout=3s --start-period=30s --start-interval=1s \
  CMD ["node", "docker-health.mjs"]
CMD ["node", "dist/bundles/reviews.js"]

FROM service AS assistant
ENV PORT=3005
EXPOSE 3005
HEALTHCHECK --interval=5s --timeout=3s --start-period=30s --start-interval=1s \
  CMD ["node", "docker-health.mjs"]
CMD ["node", "dist/bundles/assistant.js"]

FROM process AS gateway-files
ENV PORT=3000 ADMIN_PORT=3009 NODE_COMPILE_CACHE=/atrium/.compile-cache
# What V8 has compiled for one start is not compiled at the next.
COPY tools/image/warm-compile-cache.mjs /tmp/
RUN node /tmp/warm-compile-cache.mjs
# Where files are stored, unless STORAGE_URL names a bucket.
RUN mkdir -p .data/files && chown -R node:node .data

# The libraries that Node and native code load, without a shell and programs.
FROM gateway-files AS libraries
COPY tools/image/copy-libraries.sh /tmp/
RUN sh /tmp/copy-libraries.sh /libraries

FROM scratch AS gateway-distroless
ENV NODE_ENV=production HOST=0.0.0.0 PORT=3000 ADMIN_PORT=3009 NODE_COMPILE_CACHE=/atrium/.compile-cache MALLOC_ARENA_MAX=2
ENV PATH=/usr/local/bin
WORKDIR /atrium
COPY --from=libraries /libraries /
COPY --from=gateway-files /atrium /atrium
COPY --from=gateway-files --chown=1000:1000 /atrium/.data /atrium/.data
ARG VERSION=0.1.0
ARG REVISION=unknown
ARG CREATED=unknown
ARG SOURCE=unknown
LABEL org.opencontainers.image.title="Atrium" \
      org.opencontainers.image.licenses="MIT" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}" \
      org.opencontainers.image.created="${CREATED}" \
      org.opencontainers.image.source="${SOURCE}"
STOPSIGNAL SIGTERM
VOLUME /atrium/.data/files
USER 1000:1000
EXPOSE 3000 3009
HEALTHCHECK --interval=5s --timeout=3s --start-period=30s --start-interval=1s \
  CMD ["node", "docker-health.mjs"]
CMD ["node", "dist/bundles/gateway.js", "--confined"]

# The last stage is what `docker build .` makes: the gateway.
FROM gateway-files AS gateway
VOLUME /atrium/.data/files
USER node
EXPOSE 3000 3009
HEALTHCHECK --interval=5s --timeout=3s --start-period=30s --start-interval=1s \
  CMD ["node", "docker-health.mjs"]
CMD ["node", "dist/bundles/gateway.js", "--confined"]
