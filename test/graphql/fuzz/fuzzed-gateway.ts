import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync, mkdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadConfig } from '#gateway/config/config';
import { Documents } from '#gateway/transports/graphql/documents/documents';
import { Executor } from '#gateway/transports/graphql/execute/executor';
import { persistedOperationsIn } from '#gateway/transports/graphql/documents/persisted-operations';
import { Limiter } from '#gateway/edge/limits/limiter';
import { createGateway } from '#gateway/gateway';
import { createLogger } from '#libs/observe';
import { Access } from '#test/support/access';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { GraphQLSchema } from 'graphql';
import { Pool } from 'undici';
import { answerBySeed, type Call } from './answers.ts';

/** An answer over HTTP. */
export interface HttpAnswer {
  status: number;
  text: string;
}

/** Nothing is refused for its size or its rate: what is compared is how documents run. What they cost is counted. */
const LARGE = {
  ...Object.fromEntries(
    ['TOKENS', 'DEPTH', 'ROOT_FIELDS', 'ALIASES', 'DIRECTIVES', 'FIELDS', 'COST'].map((name) => [
      `GRAPHQL_MAX_${name}`,
      '1000000',
    ]),
  ),
  ...Object.fromEntries(
    ['ANONYMOUS', 'CUSTOMER', 'LOGIN', 'SEARCH'].map((name) => [`RATE_LIMIT_${name}`, '1000000/1']),
  ),
  MAX_STREAMS_PER_CALLER: '10000',
  COMPRESSION: 'off',
  SHEDDING: 'off',
};

const LOGIN_MS = 60_000;

/** A gateway whose root fields answer by a seed. */
export class FuzzedGateway {
  seed = '';
  /** The root fields that were asked since it was emptied. */
  calls: Call[] = [];
  readonly schema: GraphQLSchema;
  private readonly folder = mkdtempSync(join(tmpdir(), 'fuzz-'));
  private readonly pool: Pool;
  private operations = 0;
  private login = { at: -Infinity, headers: {} };

  private constructor(
    private readonly app: NestFastifyApplication,
    readonly url: string,
    private readonly access: Access,
  ) {
    this.pool = new Pool(url);
    this.schema = app.get(Executor, { strict: false }).schema;
    mkdirSync(join(this.folder, 'fuzz'));
    answerBySeed(
      this.schema,
      () => this.seed,
      (call) => void this.calls.push(call),
    );
  }

  static async open(settings: NodeJS.ProcessEnv = {}): Promise<FuzzedGateway> {
    const access = new Access();
    const keys = { JWT_PRIVATE_KEY: access.privateKey, INTERNAL_TOKEN_KEY: randomBytes(32).toString('base64') };
    const config = loadConfig({ ...LARGE, ...keys, PORT: '0', ADMIN_PORT: '0', ...settings });
    const app = await createGateway(config, createLogger('gateway', 'silent'));
    await app.listen(0, '127.0.0.1');
    const { port } = app.getHttpServer().address() as { port: number };
    return new FuzzedGateway(app, `http://127.0.0.1:${port}`, access);
  }

  async close(): Promise<void> {
    await this.pool.close();
    await this.app.close();
    rmSync(this.folder, { recursive: true });
  }

  /** The credentials of the caller, who logs in every minute: some root fields need a recent login, and a run may take hours. */
  get headers(): Record<string, string> {
    const now = performance.now();
    if (now - this.login.at > LOGIN_MS) this.login = { at: now, headers: this.access.of('u1') };
    return this.login.headers;
  }

  get(path: string, headers: Record<string, string> = {}): Promise<HttpAnswer> {
    return this.request({ method: 'GET', path, headers });
  }

  post(path: string, body: object, headers: Record<string, string> = {}): Promise<HttpAnswer> {
    const all = { 'content-type': 'application/json', ...headers };
    return this.request({ method: 'POST', path, body: JSON.stringify(body), headers: all });
  }

  /** The same as a safe method (RFC 10008). */
  query(path: string, body: object, headers: Record<string, string> = {}): Promise<HttpAnswer> {
    const all = { 'content-type': 'application/json', ...headers };
    return this.request({ method: 'QUERY', path, body: JSON.stringify(body), headers: all });
  }

  /** What the caller has been charged so far, what was given back not among it. */
  get charged(): number {
    const { cost, refunded } = this.app.get(Limiter, { strict: false }).counts.get('customer')!;
    return cost - refunded;
  }

  /**
   * Puts a document into the folder of a client, and reads the folder as it is read at start.
   * @returns its id
   * @throws {SettingsError} for one that the gateway would not start with
   */
  trust(text: string): string {
    this.operations += 1;
    const id = `fuzz/d${this.operations}`;
    const file = join(this.folder, `${id}.graphql`);
    writeFileSync(file, text);
    try {
      this.app.get(Documents, { strict: false }).trusted = persistedOperationsIn(this.folder, this.schema);
      return id;
    } finally {
      rmSync(file);
    }
  }

  private async request(operation: {
    method: 'GET' | 'POST' | 'QUERY';
    path: string;
    headers: Record<string, string>;
    body?: string;
  }): Promise<HttpAnswer> {
    const { statusCode, body } = await this.pool.request({
      ...operation,
      headers: { ...this.headers, ...operation.headers },
    });
    return { status: statusCode, text: await body.text() };
  }
}
