import type { Client } from '../client.ts';

/** Headers by name. */
export type HeaderMap = Readonly<Record<string, string>>;

/** The request that headers are for. */
export interface AuthRequest {
  readonly method: string;
  /** As it is given to `fetch`: a path, if the client has no `baseUrl`. */
  readonly url: string;
  /** Whether it opens or ends a session, so that it has no token. */
  readonly isAnonymous: boolean;
}

/** How calls are authenticated. */
export interface Auth {
  readonly credentials?: RequestInit['credentials'];
  /** Whether requests that open a session have headers, too: the proof of a key that new tokens are bound to. */
  readonly signsAnonymous?: boolean;
  /** The headers of a request; a promise only where tokens have to be renewed or a request has to be signed. */
  headers(client: Client, request: AuthRequest): HeaderMap | Promise<HeaderMap>;
  /**
   * Called with the headers of a call that was refused with UNAUTHENTICATED.
   * @returns whether the call is worth repeating
   */
  renew(client: Client, refused: HeaderMap): Promise<boolean>;
  /** Called with each response. @returns whether it asks for the same request with other headers, before any renewal */
  isToRepeat?(response: Response): boolean;
}
