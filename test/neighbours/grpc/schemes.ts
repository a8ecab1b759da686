import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { createServer as createHttpServer } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import { createSecureServer } from 'node:http2';
import type { AddressInfo, Server } from 'node:net';
import { join } from 'node:path';
import { CertificateAuthority } from '#libs/testing';
import * as programs from '#test/support/neighbours/programs';
import { Proxy } from '#test/support/neighbours/proxy';

const { serverCommand } = programs;
const { cert, key } = new CertificateAuthority().issue('localhost', ['localhost', '127.0.0.1']);

/** A server on a port of 127.0.0.1. */
export interface SchemeServer {
  port: number;
  close(): Promise<unknown>;
}

/** A make of server that answers `{}` to every request. */
export interface SchemeMake {
  name: string;
  /** Undefined for Node. */
  program?: programs.NeighbourProgram;
  tls(): Promise<SchemeServer>;
  plain(): Promise<SchemeServer>;
}

/** Writes the certificate and key into a folder, each alone and both in one file. */
function tlsFiles(folder: string) {
  const files = { cert: join(folder, 'cert.pem'), key: join(folder, 'key.pem'), both: join(folder, 'both.pem') };
  writeFileSync(files.cert, cert);
  writeFileSync(files.key, key);
  writeFileSync(files.both, `${cert}${key}`);
  return files;
}

const nginx = (isTls: boolean) =>
  Proxy.start(
    { command: serverCommand('nginx'), args: (file) => ['-c', file, '-e', 'stderr'] },
    (port, folder) => {
      const files = tlsFiles(folder);
      const temps = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'];
      return `
daemon off;
pid ${folder}/nginx.pid;
events {}
http {
  access_log off;
  ${temps.map((temp) => `${temp}_temp_path ${folder}/${temp};`).join(' ')}
  default_type application/json;
  server {
    listen 127.0.0.1:${port} ${isTls ? 'ssl http2' : ''};
    ${isTls ? `ssl_certificate ${files.cert}; ssl_certificate_key ${files.key};` : ''}
    location / { return 200 '{}'; }
  }
}
`;
    },
  );

const haproxy = (isTls: boolean) =>
  Proxy.start(
    { command: serverCommand('haproxy'), args: (file) => ['-db', '-f', file] },
    (port, folder) => `
defaults
  mode http
  timeout connect 5s
  timeout client 1m
  timeout server 1m
frontend shop
  bind 127.0.0.1:${port} ${isTls ? `ssl crt ${tlsFiles(folder).both} alpn h2,http/1.1` : ''}
  http-request return status 200 content-type application/json string {}
`,
  );

const caddy = (isTls: boolean) =>
  Proxy.start(
    {
      command: 'caddy',
      args: (file) => ['run', '--adapter', 'caddyfile', '--config', file],
      env: (folder) => ({ HOME: folder, XDG_DATA_HOME: folder, XDG_CONFIG_HOME: folder }),
    },
    (port, folder) => {
      const files = tlsFiles(folder);
      return `
{
  admin off
  auto_https off
}
${isTls ? 'https' : 'http'}://127.0.0.1:${port} {
  ${isTls ? `tls ${files.cert} ${files.key}` : ''}
  header content-type application/json
  respond "{}"
}
`;
    },
  );

const apache = (isTls: boolean) =>
  Proxy.start({ command: serverCommand('apache2'), args: (file) => ['-X', '-f', file] }, (port, folder) => {
    const files = tlsFiles(folder);
    writeFileSync(join(folder, 'index.json'), '{}');
    const modules = [
      'mpm_event',
      'authz_core',
      'mime',
      'dir',
      ...(isTls ? ['ssl', 'socache_shmcb', 'http2'] : []),
    ];
    return `
${modules.map((name) => `LoadModule ${name}_module /usr/lib/apache2/modules/mod_${name}.so`).join('\n')}
ServerRoot ${folder}
ServerName localhost
PidFile ${folder}/apache.pid
ErrorLog ${folder}/error.log
Listen 127.0.0.1:${port}
DocumentRoot ${folder}
TypesConfig /etc/mime.types
FallbackResource /index.json
${isTls ? `Protocols h2 http/1.1\nSSLEngine on\nSSLCertificateFile ${files.cert}\nSSLCertificateKeyFile ${files.key}` : ''}
`;
  });

async function listening(server: Server & { closeAllConnections?(): void }): Promise<SchemeServer> {
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const close = () => {
    server.closeAllConnections?.();
    return new Promise((resolve) => server.close(resolve));
  };
  return { port: (server.address() as AddressInfo).port, close };
}

const makeOf = (
  program: programs.NeighbourProgram,
  start: (isTls: boolean) => Promise<SchemeServer>,
): SchemeMake => ({
  name: program.name,
  program,
  tls: () => start(true),
  plain: () => start(false),
});

/** Every make: Go's server is Caddy's. */
export const SCHEME_MAKES: SchemeMake[] = [
  makeOf(programs.nginx, nginx),
  makeOf(programs.haproxy, haproxy),
  makeOf(programs.caddy, caddy),
  makeOf(programs.apache, apache),
  {
    name: 'Node over HTTP/1.1',
    tls: () => listening(createHttpsServer({ cert, key }, (_, response) => response.end('{}'))),
    plain: () => listening(createHttpServer((_, response) => response.end('{}'))),
  },
  {
    name: 'Node over HTTP/2',
    tls: () => listening(createSecureServer({ cert, key }, (_, response) => response.end('{}'))),
    plain: () => listening(createHttpServer((_, response) => response.end('{}'))),
  },
];
