import { serverCommand } from '#test/support/neighbours/programs';
import { Proxy } from '#test/support/neighbours/proxy';

/** nginx with `grpc_pass`. @param directives of the server, which has nginx's defaults otherwise */
export const nginxWith =
  (directives: string) =>
  (...backends: string[]): Promise<Proxy> =>
    Proxy.start(
      { command: serverCommand('nginx'), args: (file) => ['-c', file, '-e', 'stderr'] },
      (port, folder) => `
daemon off;
pid ${folder}/nginx.pid;
events {}
http {
  access_log off;
  client_body_temp_path ${folder}/body;
  proxy_temp_path ${folder}/proxy;
  fastcgi_temp_path ${folder}/fastcgi;
  uwsgi_temp_path ${folder}/uwsgi;
  scgi_temp_path ${folder}/scgi;
  upstream shops { ${backends.map((address) => `server ${address};`).join(' ')} }
  server {
    listen 127.0.0.1:${port} http2;
    ${directives}
    location / { grpc_pass grpc://shops; }
  }
}
`,
    );

/** nginx with all its defaults. */
export const startNginx = nginxWith('');

/**
 * HAProxy with HTTP/2 on both sides; its defaults, and the timeouts it warns without. Of two backends it goes on to the other
 * at once where one is down (docs/services.md): by default it tries the same one for 3 s.
 */
export const startHaproxy = (...backends: string[]): Promise<Proxy> =>
  Proxy.start(
    { command: serverCommand('haproxy'), args: (file) => ['-db', '-f', file] },
    (port) => `
defaults
  mode http
  timeout connect 5s
  timeout client 1m
  timeout server 1m
frontend shop
  bind 127.0.0.1:${port} proto h2
  default_backend shops
backend shops
  balance roundrobin
${backends.length > 1 ? '  retries 1\n  option redispatch 1\n' : ''}${backends.map((address, index) => `  server shop${index} ${address} proto h2\n`).join('')}
`,
  );

/** Caddy's `reverse_proxy` over cleartext HTTP/2. */
export const startCaddy = (...backends: string[]): Promise<Proxy> =>
  Proxy.start(
    {
      command: 'caddy',
      args: (file) => ['run', '--adapter', 'caddyfile', '--config', file],
      env: (folder) => ({ HOME: folder, XDG_DATA_HOME: folder, XDG_CONFIG_HOME: folder }),
    },
    (port) => `
{
  admin off
  auto_https off
  servers {
    protocols h1 h2c
  }
}
http://127.0.0.1:${port} {
  reverse_proxy ${backends.map((address) => `h2c://${address}`).join(' ')} {
    lb_policy round_robin
  }
}
`,
  );
