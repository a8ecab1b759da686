/** What is used of undici to call upstreams. All of it, with `fetch`, WebSockets and caches, takes twice the memory. */
declare module 'undici/lib/dispatcher/pool.js' {
  export { Pool as default } from 'undici';
}

declare module 'undici/lib/core/connect.js' {
  export { buildConnector as default } from 'undici';
}
