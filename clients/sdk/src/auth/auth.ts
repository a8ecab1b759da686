import type { Client } from '../client.ts';

/** Headers by name. */
export type HeaderMap = Readonly<Record<string, string>>;

/** How calls are authenticated. */
export interface Auth {
  readonly credentials?: RequestInit['credentials'];
  /** The headers of a call; a promise only where tokens have to be renewed first. */
  headers(client: Client): HeaderMap | Promise<HeaderMap>;
  /**
   * Called with the headers of a call that was refused with UNAUTHENTICATED.
   * @returns whether the call is worth repeating
   */
  renew(client: Client, refused: HeaderMap): Promise<boolean>;
}
