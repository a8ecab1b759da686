import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { beginServing } from './serving.ts';
import { StartError } from './start-error.ts';

/** A server cannot listen where its settings say. The message names the setting to change. */
export class ListenError extends StartError {
  override readonly name: string = 'ListenError';
}

/** The port is in use. The message names the address, and the setting that changes it. */
export class PortInUseError extends ListenError {
  override readonly name = 'PortInUseError';

  constructor(port: number, setting: string) {
    super(`Port ${port} is in use. Set ${setting} to another port, or stop the process that uses it.`);
  }
}

/**
 * Waits for a server to listen, and explains why it cannot.
 * @param setting the environment variable that names the port
 * @param hostSetting the one that names the address
 * @throws {ListenError}
 */
export async function listening<T>(
  attempt: Promise<T>,
  port: number,
  setting: string,
  hostSetting?: string,
): Promise<T> {
  beginServing();
  return explained(attempt, port, setting, hostSetting);
}

async function explained<T>(attempt: Promise<T>, port: number, setting: string, hostSetting = 'HOST'): Promise<T> {
  try {
    return await attempt;
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException;
    if (code === 'EADDRINUSE') throw new PortInUseError(port, setting);
    const message = reasonFor(code, port, setting, hostSetting);
    throw message ? new ListenError(message, { cause: error }) : error;
  }
}

function reasonFor(code: string, port: number, setting: string, hostSetting: string): string | undefined {
  if (code === 'ENOTFOUND' || code.startsWith('EAI_'))
    return `${hostSetting} is a name that has no address (${code}). Set it to an address of this machine, or 0.0.0.0 for all.`;
  if (code === 'EADDRNOTAVAIL')
    return `${hostSetting} is no address of this machine. Set it to one, or to 0.0.0.0 for all.`;
  if (code === 'EACCES')
    return `This process may not listen on port ${port}. Set ${setting} to 1024 or more, or give it CAP_NET_BIND_SERVICE.`;
  return undefined;
}

/**
 * Checks that a port can be listened on, for servers whose own error does not say so (grpc-js).
 * @throws {ListenError}
 */
export async function assertPortFree(
  host: string,
  port: number,
  setting: string,
  hostSetting?: string,
): Promise<void> {
  await explained(opened(host, port), port, setting, hostSetting);
}

/**
 * Below the ephemeral ports of outgoing connections (Linux from 32768, RFC 6335 from 49152), and above the well-known
 * ports.
 */
const [FIRST, LAST] = [16_384, 32_767];
const MAX_TRIES = 50;
/** Ports already returned in this process: two callers must not get the same port before they listen. */
const given = new Set<number>();

/**
 * Finds a free port outside the ephemeral range, so that no outgoing connection can use it first. On Linux no other process of this
 * machine gets it by this function while this one runs.
 * @throws {Error} if fifty in a row are in use
 */
export async function freePort(host = '127.0.0.1'): Promise<number> {
  for (let tries = 1; ; tries += 1) {
    try {
      const port = randomInt(FIRST, LAST + 1);
      if (given.has(port)) continue;
      await lease(port);
      await opened(host, port);
      given.add(port);
      return port;
    } catch (error) {
      if (tries >= MAX_TRIES) throw error;
    }
  }
}

/**
 * Tells other processes that a port is given, though nobody listens on it yet, or for a while: by a socket with an abstract name,
 * which is in no folder and ends with its process (unix(7), Linux only).
 */
async function lease(port: number): Promise<void> {
  if (process.platform !== 'linux') return;
  const name = createServer().unref();
  await once(name.listen(`\0atrium-port-${port}`), 'listening');
}

function opened(host: string, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen(port, host, () => {
      const { port: itsPort } = probe.address() as AddressInfo;
      probe.close(() => resolve(itsPort));
    });
  });
}
