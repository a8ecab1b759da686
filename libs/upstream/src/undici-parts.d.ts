/** What is used of undici to call upstreams. All of it, with `fetch`, WebSockets and caches, takes twice the memory. */
declare module 'undici/lib/dispatcher/pool.js' {
  export { Pool as default } from 'undici';
}

declare module 'undici/lib/core/connect.js' {
  export { buildConnector as default } from 'undici';
}

declare module 'undici/lib/core/symbols.js' {
  /** The parser of a connection over HTTP/1.1. */
  export interface Parser {
    /** The value of `Content-Length`; -1 without it. */
    contentLength: number;
    readonly hasTransferEncoding: boolean;
    /** Names and values in turn. */
    headers: Buffer[];
    /** The functions of llhttp, and its state for this connection. */
    readonly llhttp: Record<
      `llhttp_set_lenient_${'chunked_length' | 'optional_cr_before_lf' | 'spaces_after_chunk_size'}`,
      (ptr: number, isOn: 0 | 1) => void
    >;
    readonly ptr: number;
    onHeadersComplete(statusCode: number, isUpgrade: boolean, shouldKeepAlive: boolean): number;
  }
  const symbols: { readonly kParser: unique symbol };
  export default symbols;
}
