import { configsOf, moved, withGateways } from '#test/support/neighbours/deploy-page';
import { nginx as program, serverCommand } from '#test/support/neighbours/programs';
import type { Proxy } from '#test/support/neighbours/proxy';
import type { Deployed, Place } from '#test/neighbours/proxies/deployed';

const make = { command: serverCommand('nginx'), args: (file: string) => ['-c', file, '-e', 'stderr'] };

/** nginx's main file around what is in `http { … }`. */
export const main = (folder: string, http: string) => `
daemon off;
error_log stderr notice;
pid ${folder}/nginx.pid;
events {}
http {
  access_log off;
  client_body_temp_path ${folder}/body;
  proxy_temp_path ${folder}/proxy;
  fastcgi_temp_path ${folder}/fastcgi;
  uwsgi_temp_path ${folder}/uwsgi;
  scgi_temp_path ${folder}/scgi;
${http}
}
`;

/** The old worker says so once the new one is there; its streams go on. */
function reload(proxy: Proxy): Promise<void> {
  return proxy.answers('SIGHUP', 'gracefully shutting down');
}

/** nginx with the configuration of its page. */
export const nginx: Deployed = {
  name: 'nginx',
  program,
  page: 'nginx.md',
  make,
  can: {
    copies: 2,
    ages: false,
    revalidates: true,
    standsIn: true,
    purges: false,
    reloads: true,
    reloadsSockets: true,
    reloadsGapless: true,
    http2: false,
    spreads: true,
  },
  configure: ({ port, folder, gateways, idleSeconds }: Place) =>
    main(
      folder,
      moved(withGateways(configsOf('nginx.md').get('atrium.conf')!, gateways), [
        ['listen 80;', `listen 127.0.0.1:${port};`],
        ['/var/cache/nginx/atrium', `${folder}/cache`],
        ['proxy_read_timeout 60s', `proxy_read_timeout ${idleSeconds}s`],
        ['proxy_send_timeout 60s', `proxy_send_timeout ${idleSeconds}s`],
      ]),
    ),
  reload,
};
