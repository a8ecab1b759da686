import { DEMO_ACCOUNTS } from '#libs/demo-data';
import { calculateThumbprint, generateKeyPair, generateProof, type KeyPair } from 'dpop';
import request, { type Response } from 'supertest';

type Method = 'get' | 'post' | 'patch' | 'delete';

/** The tokens of a logged-in client. */
export interface Tokens {
  accessToken: string;
  tokenType: string;
  refreshToken: string;
}

/** A client that sends DPoP proofs (RFC 9449), with the library `dpop`. */
export class DpopClient {
  /** The nonce of the gateway for proofs. */
  nonce: string | undefined;

  private constructor(
    readonly url: string,
    readonly keys: KeyPair,
    readonly thumbprint: string,
  ) {}

  static async at({ gateway }: { gateway: { url: string } }): Promise<DpopClient> {
    const keys = await generateKeyPair('ES256');
    return new DpopClient(gateway.url, keys, await calculateThumbprint(keys.publicKey));
  }

  /** A proof for a request. @param token the access token of the request */
  proof(method: string, path: string, token?: string): Promise<string> {
    const { pathname, origin } = new URL(path, this.url);
    return generateProof(this.keys, `${origin}${pathname}`, method, this.nonce, token);
  }

  /** The headers of a request with a token. */
  async headers(token: string, method: string, path: string): Promise<{ authorization: string; dpop: string }> {
    return { authorization: `DPoP ${token}`, dpop: await this.proof(method, path, token) };
  }

  /** Sends a request with a token. */
  async send(token: string, method: Method, path: string, body?: object): Promise<Response> {
    const headers = await this.headers(token, method.toUpperCase(), path);
    return this.heard(await request(this.url)[method](path).set(headers).send(body));
  }

  /** Logs in. */
  async logIn(): Promise<Response> {
    const { email, password } = DEMO_ACCOUNTS[0]!;
    return this.forTokens('/v1/auth/login', { email, password });
  }

  /** Requests tokens with a proof. */
  async forTokens(path: string, body: object): Promise<Response> {
    const dpop = await this.proof('POST', path);
    return this.heard(await request(this.url).post(path).set({ dpop }).send(body));
  }

  private heard(answer: Response): Response {
    this.nonce = (answer.headers['dpop-nonce'] as string | undefined) ?? this.nonce;
    return answer;
  }
}
