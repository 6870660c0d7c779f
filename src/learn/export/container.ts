/**
 * A Containerfile that serves the model in the folder `layers` beside it, over HTTP on port 8080: Node and Stemma, nothing
 * else, as a user without rights. `stemma.tgz` is what `npm pack` makes of Stemma.
 */
export const containerfile = `# Serves the model in layers/ over HTTP. Put Stemma's package beside this file as stemma.tgz
# (\`npm pack\` makes it), then:
#
#   podman build --format docker -t model . && podman run --rm -p 127.0.0.1:8080:8080 model
#
# Images of podman's own format, OCI, have no place for the HEALTHCHECK; Docker builds as it is.
FROM docker.io/library/node:20.19.0-bookworm-slim
WORKDIR /app
COPY stemma.tgz ./
RUN npm install --omit=dev --ignore-scripts --no-audit --no-fund ./stemma.tgz && rm stemma.tgz && npm cache clean --force
COPY layers ./model
ENV NODE_ENV=production
USER node
EXPOSE 8080
HEALTHCHECK --interval=30s --timeout=5s --start-period=30s CMD ["node", "-e", "fetch('http://127.0.0.1:8080/healthz').then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
CMD ["node_modules/.bin/stemma", "serve", "model", "--host", "0.0.0.0", "--port", "8080", "--backend", "wasm"]
`;
