import { existsSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '#libs/process';
import { type DatabaseServer, unprivileged } from './database-server.ts';
import { runServer } from './running-server.ts';

/** Debian's folder of servers, which is not in every PATH. */
const command = ['/usr/sbin/pgpool'].find(existsSync) ?? 'pgpool';

/**
 * Starts a Pgpool-II before a primary and its replicas, on a free port of 127.0.0.1.
 * @param servers `host:port` of each, for the user `postgres`
 * @param settings further lines of its configuration
 */
export async function startPgpool(
  servers: readonly string[],
  settings: readonly string[] = [],
): Promise<DatabaseServer> {
  const folder = mkdtempSync(join(tmpdir(), 'atrium-pgpool-'));
  const [own, control] = [await freePort(), await freePort()];
  const backends = servers.flatMap((server, i) => {
    const { hostname, port } = new URL(`postgres://${server}`);
    return [`backend_hostname${i} = '${hostname}'`, `backend_port${i} = ${port}`, `backend_weight${i} = 1`];
  });
  const lines = [
    "listen_addresses = '127.0.0.1'",
    `port = ${own}`,
    `socket_dir = '${folder}'`,
    "pcp_listen_addresses = '127.0.0.1'",
    `pcp_port = ${control}`,
    `pcp_socket_dir = '${folder}'`,
    `pid_file_name = '${join(folder, 'pgpool.pid')}'`,
    `logdir = '${folder}'`,
    "backend_clustering_mode = 'streaming_replication'",
    "sr_check_user = 'postgres'",
    ...backends,
    ...settings,
  ];
  const file = join(folder, 'pgpool.conf');
  writeFileSync(file, lines.join('\n'));
  return runServer({
    url: `postgres://postgres@127.0.0.1:${own}/postgres`,
    folder,
    command,
    args: ['-n', '-f', file, '-F', join(folder, 'pcp.conf'), '-a', join(folder, 'pool_hba.conf')],
    options: unprivileged(folder, 'postgres'),
    readyText: 'successfully started',
    stopSignal: 'SIGINT',
    killSignal: 'SIGQUIT',
  });
}
