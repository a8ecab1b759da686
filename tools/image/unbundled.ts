/** Packages that bundles import from `node_modules`: native code, and a pool whose threads share its modules with their tasks. */
export const EXTERNAL = ['@node-rs/argon2', 'piscina', 'sharp'];

/** Bundled packages that start threads with files of their own. */
export const THREADED = ['pino', 'thread-stream'];

/**
 * Packages that are loaded by a `createRequire` that esbuild does not see: by our own code when it needs them, and by the gRPC server
 * of Nest.
 */
export const REQUIRED = ['undici', '@grpc/grpc-js', '@grpc/proto-loader'];

/** The folders of files that bundled packages read beside their own. */
export const READ = ['@grpc/grpc-js/proto', '@grpc/reflection/build/proto', 'grpc-health-check/proto'];
