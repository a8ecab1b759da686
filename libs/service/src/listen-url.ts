import { assertPortFree, freePort } from '#libs/process';

/**
 * Builds the listen address, as `host:port`. Port 0 is replaced by a free port, since grpc-js under Nest does not
 * report the chosen one.
 * @throws {PortInUseError}
 */
export async function listenUrl({ HOST, PORT }: { HOST: string; PORT: number }): Promise<string> {
  const port = PORT === 0 ? await freePort(HOST) : PORT;
  await assertPortFree(HOST, port, 'PORT');
  return HOST.includes(':') ? `[${HOST}]:${port}` : `${HOST}:${port}`;
}
