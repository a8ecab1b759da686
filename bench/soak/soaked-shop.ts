import { type ChildProcess, fork } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { once } from 'node:events';
import { mkdirSync, openSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { freePort } from '#libs/process';
import { INTERNAL_TOKEN_KEY } from '#bench/servers';
import type { ProbeAnswer, ProbeQuestion } from './probe.ts';

const SERVICES = ['users', 'orders', 'products', 'reviews'] as const;

/** A service of the shop. */
export type ServiceName = (typeof SERVICES)[number];

/** Gateway and services from their bundles, each a process, with all their files in one folder. */
export class SoakedShop {
  readonly jwtPrivateKey = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({
    type: 'pkcs8',
    format: 'pem',
  }) as string;
  readonly dataDir: string;
  private readonly ports = new Map<string, number>();
  private readonly children = new Map<string, ChildProcess>();
  private round = 0;
  private restarts = 0;

  private constructor(
    private readonly folder: string,
    private readonly redisUrl: string,
  ) {
    this.dataDir = join(folder, 'data');
    mkdirSync(this.dataDir);
  }

  /** @param folder for data, settings and logs */
  static async open(folder: string, redisUrl: string): Promise<SoakedShop> {
    const shop = new SoakedShop(folder, redisUrl);
    for (const name of [...SERVICES, 'gateway', 'admin']) shop.ports.set(name, await freePort());
    await Promise.all(SERVICES.map((name) => shop.startService(name)));
    shop.writeSettings();
    await shop.startGateway();
    return shop;
  }

  get url(): string {
    return `http://${this.at('gateway')}`;
  }

  get pid(): number {
    return this.children.get('gateway')!.pid!;
  }

  /** Why the gateway has ended; undefined while it runs. */
  get gatewayEnd(): string | undefined {
    const { exitCode, signalCode } = this.children.get('gateway')!;
    return exitCode === null && signalCode === null ? undefined : `by ${signalCode ?? `exit code ${exitCode}`}`;
  }

  /** The files that the gateway reads again at each reload. */
  private get files() {
    return {
      SETTINGS_FILE: join(this.folder, 'settings.json'),
      UPSTREAMS_FILE: join(this.folder, 'upstreams.json'),
    };
  }

  /** Changes three settings and has the gateway reload them. */
  reload(): void {
    this.writeSettings();
    this.children.get('gateway')!.kill('SIGHUP');
  }

  /** Ends one service after the other by SIGTERM and SIGKILL in turns, and starts it again. @returns its name */
  async restartService(): Promise<ServiceName> {
    const name = SERVICES[this.restarts % SERVICES.length]!;
    const child = this.children.get(name)!;
    const ended = once(child, 'exit');
    child.kill(this.restarts % 2 ? 'SIGKILL' : 'SIGTERM');
    this.restarts += 1;
    await ended;
    await this.startService(name);
    return name;
  }

  /** What the gateway answers to its probe. */
  async probe(question: ProbeQuestion['probe']): Promise<ProbeAnswer> {
    const gateway = this.children.get('gateway')!;
    const answer = once(gateway, 'message') as Promise<[ProbeAnswer]>;
    gateway.send({ probe: question } satisfies ProbeQuestion);
    return (await answer)[0];
  }

  /** Ends all processes. */
  async close(): Promise<void> {
    for (const child of this.children.values()) {
      if (child.exitCode !== null || child.signalCode !== null) continue;
      const ended = once(child, 'exit');
      child.kill('SIGTERM');
      await ended;
    }
  }

  private at(name: string): string {
    return `127.0.0.1:${this.ports.get(name)}`;
  }

  private writeSettings(): void {
    this.round += 1;
    const limits = {
      RATE_LIMIT_CUSTOMER: '100000/60',
      RATE_LIMIT_LOGIN: '100000/60',
      RATE_LIMIT_SEARCH: '100000/60',
      RATE_LIMIT_ANONYMOUS: `${100_000 + this.round}/60`,
      MAX_STREAMS: 15_000 + this.round,
    };
    writeFileSync(this.files.SETTINGS_FILE, JSON.stringify(limits));
    writeFileSync(
      this.files.UPSTREAMS_FILE,
      JSON.stringify({ orders: { timeoutMs: 1_000 + (this.round % 100) } }),
    );
  }

  private startService(name: ServiceName): Promise<void> {
    const data = { DATA_DIR: this.dataDir, SEED: '1' };
    return this.start(name, [], { ...data, PORT: `${this.ports.get(name)}`, ORDER_STEP_MS: '2000' });
  }

  private startGateway(): Promise<void> {
    return this.start('gateway', ['--expose-gc', '--import', './bench/soak/probe.ts'], {
      PORT: `${this.ports.get('gateway')}`,
      ADMIN_PORT: `${this.ports.get('admin')}`,
      JWT_PRIVATE_KEY: this.jwtPrivateKey,
      REDIS_URL: this.redisUrl,
      // On a busy machine, the default would be exceeded by waiting for the processor.
      REDIS_COMMAND_TIMEOUT_MS: '1000',
      STORAGE_URL: `file:${join(this.dataDir, 'files')}`,
      USERS_URL: `http://${this.at('users')}`,
      ORDERS_URL: this.at('orders'),
      PRODUCTS_URL: this.at('products'),
      REVIEWS_URL: `http://${this.at('reviews')}`,
      ...this.files,
    });
  }

  /** Resolves when it takes requests. It ends when this process does. */
  private async start(name: string, execArgv: string[], environment: NodeJS.ProcessEnv): Promise<void> {
    const log = openSync(join(this.folder, `${name}.log`), 'a');
    const child = fork(`dist/bundles/${name}.js`, {
      execArgv,
      env: { ...process.env, NODE_ENV: 'production', LOG_LEVEL: 'warn', INTERNAL_TOKEN_KEY, ...environment },
      stdio: ['ignore', log, log, 'ipc'],
    });
    this.children.set(name, child);
    const failed = once(child, 'exit').then(([code]) => {
      throw new Error(`${name} ended with exit code ${code}: see ${join(this.folder, `${name}.log`)}`);
    });
    await Promise.race([once(child, 'message'), failed]);
    failed.catch(() => {});
  }
}
