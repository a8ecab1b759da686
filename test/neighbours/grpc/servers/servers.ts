import { fileURLToPath } from 'node:url';
import { Program } from '#test/support/neighbours/program';
import { python } from '#test/support/neighbours/programs';

/** How a server is started; the flags mean the same in every make. */
export interface ServerFlags {
  /** 0 for a free one. */
  port?: number;
  /** The file its work is written to, and read from for what has a key. */
  work: string;
  /** Its name in that file. */
  name?: string;
  compression?: 'gzip' | 'deflate';
  maxConnectionAgeMs?: number;
  maxConnectionAgeGraceMs?: number;
  /** Pings that come sooner are strikes. */
  minPingIntervalMs?: number;
  maxPingStrikes?: number;
  /** How often the server pings its clients, which have as long to answer; for servers of C core. */
  keepaliveMs?: number;
  health?: boolean;
  /** `BatchGetOrders` dies between its message and its status. */
  cutOff?: boolean;
}

/** A shop of one make that runs. */
export interface Shop {
  port: number;
  address: string;
  /** Make and version, as it says itself. */
  version: string;
  /** Whether it has ended, by itself or not. */
  hasEnded(): boolean;
  end(signal?: NodeJS.Signals): Promise<void>;
}

/** A make of server, and how it is started. */
export type StartShop = (flags: ServerFlags) => Promise<Shop>;

const here = (file: string): string => fileURLToPath(new URL(file, import.meta.url));

/** Python's grpcio. */
export const grpcio: StartShop = (flags) => started(python(), ['-B', here('grpcio_shop.py')], flags);

/** grpc-js, in a process of its own. */
export const grpcJs: StartShop = (flags) =>
  started(
    process.execPath,
    ['-C', 'atrium', '--import', './tools/swc-register.mjs', here('grpc-js-shop.ts')],
    flags,
  );

/** Starts a program that says `listening PORT MAKE VERSION` once it does. */
export async function started(command: string, args: readonly string[], flags: ServerFlags): Promise<Shop> {
  const program = await Program.start(command, [...args, ...words(flags)], { prints: 'listening ' });
  const [, port, version] = /listening (\d+) (.*)/.exec(program.output.text())!;
  return {
    port: Number(port),
    address: `127.0.0.1:${port}`,
    version: version!,
    hasEnded: () => program.hasEnded,
    end: (signal) => program.end(signal),
  };
}

const words = (flags: ServerFlags): string[] =>
  Object.entries(flags).flatMap(([name, value]) => {
    const flag = `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
    return value === undefined || value === false ? [] : value === true ? [flag] : [flag, `${value}`];
  });
