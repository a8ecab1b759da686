import { spawnSync } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '#libs/process';
import { type Server, startCommand } from './servers.ts';

/** nginx as a proxy of `origin`, one process: what passing on costs at least. Undefined where there is no nginx. */
export async function startNginx(origin: string): Promise<Server | undefined> {
  if (spawnSync('nginx', ['-v']).error) return undefined;
  const folder = mkdtempSync(join(tmpdir(), 'nginx-'));
  const port = await freePort();
  const file = join(folder, 'nginx.conf');
  writeFileSync(file, configuration(folder, port, new URL(origin).host));
  return startCommand(['nginx', '-c', file, '-e', join(folder, 'error.log')], `http://127.0.0.1:${port}`);
}

const configuration = (folder: string, port: number, upstream: string) => `
daemon off;
master_process off;
pid ${folder}/nginx.pid;
events { worker_connections 512; }
http {
  access_log off;
  client_body_temp_path ${folder};
  proxy_temp_path ${folder};
  fastcgi_temp_path ${folder};
  uwsgi_temp_path ${folder};
  scgi_temp_path ${folder};
  upstream constant { server ${upstream}; keepalive 32; }
  server {
    listen 127.0.0.1:${port};
    location / {
      proxy_pass http://constant;
      proxy_http_version 1.1;
      proxy_set_header Connection "";
    }
  }
}
`;
