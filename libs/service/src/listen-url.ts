import { assertPortFree, freePort } from '#libs/process';

/**
 * Where to listen, as `host:port`. Port 0 becomes a free one now, since grpc-js under Nest does not tell which it got.
 * @throws {PortInUseError}
 */
export async function listenUrl({ HOST, PORT }: { HOST: string; PORT: number }): Promise<string> {
  const port = PORT === 0 ? await freePort(HOST) : PORT;
  await assertPortFree(HOST, port, 'PORT');
  return HOST.includes(':') ? `[${HOST}]:${port}` : `${HOST}:${port}`;
}
