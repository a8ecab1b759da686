import { randomInt } from 'node:crypto';
import { type AddressInfo, createServer } from 'node:net';

/** The port is in use. The message names the address, and the setting that changes it. */
export class PortInUseError extends Error {
  override readonly name = 'PortInUseError';

  constructor(port: number, setting: string) {
    super(`Port ${port} is in use. Set ${setting} to another port, or stop the process that uses it.`);
  }
}

/**
 * Waits for a server to listen, and explains a port in use.
 * @param setting the environment variable that names the port
 * @throws {PortInUseError}
 */
export async function listening<T>(attempt: Promise<T>, port: number, setting: string): Promise<T> {
  try {
    return await attempt;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EADDRINUSE') throw new PortInUseError(port, setting);
    throw error;
  }
}

/**
 * Checks that a port can be listened on, for servers whose own error does not say so (grpc-js).
 * @throws {PortInUseError}
 */
export async function assertPortFree(host: string, port: number, setting: string): Promise<void> {
  await listening(opened(host, port), port, setting);
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
 * Finds a free port outside the ephemeral range, so that no outgoing connection can use it first.
 * @throws {Error} if fifty in a row are in use
 */
export async function freePort(host = '127.0.0.1'): Promise<number> {
  for (let tries = 1; ; tries += 1) {
    try {
      const port = randomInt(FIRST, LAST + 1);
      if (given.has(port)) continue;
      await opened(host, port);
      given.add(port);
      return port;
    } catch (error) {
      if (tries >= MAX_TRIES) throw error;
    }
  }
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
