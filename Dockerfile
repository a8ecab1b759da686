# syntax=docker/dockerfile:1
# One image a process: docker build --target gateway|users|orders|products|reviews|assistant .
ARG NODE_VERSION=26.12.1

# The image has its own Node: the one that package.json pins for developers is taken out again.
FROM node:${NODE_VERSION}-slim AS sources
WORKDIR /atrium
COPY package.json package-lock.json .npmrc ./

FROM sources AS build
RUN --mount=type=cache,target=/root/.npm npm ci \
  && rm -rf node_modules/node-linux-* node_modules/.bin/node
COPY . .
RUN npm run build

FROM sources AS production-dependencies
COPY tools/omit-build-tools.mjs ./
RUN --mount=type=cache,target=/root/.npm npm ci --omit=dev \
  && rm -rf node_modules/node-linux-* node_modules/.bin/node \
  && node omit-build-tools.mjs

FROM node:${NODE_VERSION}-slim AS process
ARG VERSION=0.1.0
ARG REVISION=unknown
LABEL org.opencontainers.image.title="Atrium" \
      org.opencontainers.image.description="A backend-for-frontend gateway for NestJS" \
      org.opencontainers.image.licenses="MIT" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}"
ENV NODE_ENV=production HOST=0.0.0.0
WORKDIR /atrium
COPY --from=production-dependencies /atrium/node_modules ./node_modules
COPY --from=build /atrium/package.json ./
COPY --from=build /atrium/dist ./dist
COPY clients ./clients
COPY released ./released
COPY tools/docker-health.mjs ./
STOPSIGNAL SIGTERM

FROM process AS service
# Where a service keeps its data unless DATABASE_URL names a PostgreSQL.
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
  CMD ["node", "dist/libs/service/src/health-check.js"]
CMD ["node", "dist/bundles/orders.js"]

FROM service AS products
ENV PORT=3003
EXPOSE 3003
HEALTHCHECK --interval=5s --timeout=3s --start-period=30s --start-interval=1s \
  CMD ["node", "dist/libs/service/src/health-check.js"]
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

# The last stage is what `docker build .` makes: the gateway.
FROM process AS gateway
ENV PORT=3000 ADMIN_PORT=3009 NODE_COMPILE_CACHE=/atrium/.compile-cache
# What is compiled once is not compiled at each start.
RUN node --input-type=module --eval "import { globSync } from 'node:fs'; await import('./' + globSync('dist/bundles/gateway-*.js')[0])"
# Where files are stored, unless STORAGE_URL names a bucket.
RUN mkdir -p .data/files && chown -R node:node .data
VOLUME /atrium/.data/files
USER node
EXPOSE 3000 3009
HEALTHCHECK --interval=5s --timeout=3s --start-period=30s --start-interval=1s \
  CMD ["node", "docker-health.mjs"]
CMD ["node", "dist/bundles/gateway.js"]
