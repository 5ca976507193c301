# The server as a container: the compiled code and the packages that it needs when it runs, nothing else.
#   docker build -t opsledger .
#   docker run --rm -p 4000:4000 -e AUTH_SECRET=... -e DYNAMODB_ENDPOINT=http://... opsledger

# Pin the digest where images are mirrored: a tag moves.
FROM node:20-slim AS build
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --no-audit --no-fund --ignore-scripts
COPY tsconfig.json tsconfig.build.json ./
COPY src ./src
COPY bench ./bench
RUN npm run build

# Without the embedded engine, which is an optional package: a container speaks to DynamoDB.
FROM node:20-slim AS packages
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --omit=dev --omit=optional --no-audit --no-fund --ignore-scripts && npm cache clean --force

FROM node:20-slim
ENV NODE_ENV=production HOST=0.0.0.0 PORT=4000 DATA_DIR=/data OPSLEDGER_ENGINE=aws
WORKDIR /app
COPY --from=packages /app/node_modules ./node_modules
COPY --from=build /app/dist/src ./dist/src
COPY package.json LICENSE ./
# The one place that is written to, also where the root is read-only. A volume that is mounted here takes over its owner.
RUN mkdir -p /data && chown node:node /data
VOLUME ["/data"]
USER node
EXPOSE 4000
# The server drains on it: it takes nothing new, ends what it has begun, and gives its leases back.
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=15s --timeout=3s --start-period=20s --retries=3 \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT}/healthz`).then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
CMD ["node", "--enable-source-maps", "dist/src/server/main.js"]
