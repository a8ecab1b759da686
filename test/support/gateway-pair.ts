import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort, ownRedisForTests } from '#libs/testing';
import { RealProcess } from '#test/support/process';

/** A longer command timeout of Redis, since a busy machine must not fail these tests. */
const BUSY = { REDIS_COMMAND_TIMEOUT_MS: '1000' };

/** A gateway in its own process, with its URLs. */
export interface PairedGateway {
  gateway: { url: string };
  /** The URL of the admin port. */
  adminUrl: string;
  process: RealProcess;
}

/** Two gateway processes that share a Redis and a key, and the users service behind them. */
export class GatewayPair {
  private readonly further: PairedGateway[] = [];

  private constructor(
    readonly one: PairedGateway,
    readonly other: PairedGateway,
    readonly redis: { url: string; pid: number; stop(): Promise<void> },
    private readonly users: RealProcess,
    private readonly dataDir: string,
    private readonly shared: NodeJS.ProcessEnv,
  ) {}

  /** Starts them; undefined if no Redis can be started. @param environment settings of both gateways */
  static async open(environment: NodeJS.ProcessEnv = {}): Promise<GatewayPair | undefined> {
    const redis = await ownRedisForTests();
    if ('skip' in redis) return undefined;
    const dataDir = mkdtempSync(join(tmpdir(), 'atrium-pair-'));
    const port = await freePort();
    const users = await RealProcess.start('users', { PORT: `${port}`, DATA_DIR: dataDir });
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const shared = {
      CACHE: 'off',
      RATE_LIMIT: 'off',
      REDIS_URL: redis.url,
      ...BUSY,
      USERS_URL: `http://127.0.0.1:${port}`,
      JWT_PRIVATE_KEY: privateKey.export({ type: 'pkcs8', format: 'pem' }) as string,
      ...environment,
    };
    const [one, other] = await Promise.all([startGateway(shared), startGateway(shared)]);
    return new GatewayPair(one, other, redis, users, dataDir, shared);
  }

  /** Starts another gateway. @param differing its settings that differ from those of the pair */
  async another(differing: (shared: NodeJS.ProcessEnv) => NodeJS.ProcessEnv): Promise<PairedGateway> {
    const gateway = await startGateway({ ...this.shared, ...differing(this.shared) });
    this.further.push(gateway);
    return gateway;
  }

  async close(): Promise<void> {
    const gateways = [this.one, this.other, ...this.further].map(({ process }) => process);
    await Promise.all([...gateways, this.users].map((each) => each.end()));
    await this.redis.stop();
    rmSync(this.dataDir, { recursive: true, force: true });
  }
}

async function startGateway(environment: NodeJS.ProcessEnv): Promise<PairedGateway> {
  const [port, admin] = [await freePort(), await freePort()];
  const gateway = await RealProcess.start('gateway', { ...environment, PORT: `${port}`, ADMIN_PORT: `${admin}` });
  await gateway.log.first({ msg: 'redis connected' });
  return {
    gateway: { url: `http://127.0.0.1:${port}` },
    adminUrl: `http://127.0.0.1:${admin}`,
    process: gateway,
  };
}
