import { spawnSync } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '#libs/testing';
import { Program } from '#test/support/neighbours/program';
import { serverCommand } from '#test/support/neighbours/programs';
import type { Page, Visitor } from '#test/support/visitor';
import type { Account, DenyingProvider } from './gateway-at.ts';

/** Its demo accounts, which have their name as password. */
const NAMES = { ada: 'rtyler', grace: 'dwho' };
const SECRET = 'k7Zt-9_Qw.a2-Xv_0bN4';
const FOLDERS = ['conf', 'sessions/lock', 'psessions/lock', 'cache', 'notifications', 'nginx'];
/** It refuses to run as root. */
const USER = 'www-data';

/** What a test wants to be different: options of the client, and of the whole. */
export interface PortalOptions {
  client?: Record<string, unknown>;
  all?: Record<string, unknown>;
}

/** LemonLDAP::NG behind nginx, as its documentation sets it up. */
export class LemonldapPortal implements DenyingProvider {
  readonly denial = 'consent_required';
  readonly issuer: Record<string, unknown>;
  readonly environment = {
    OIDC_CLIENT_ID: 'atrium',
    OIDC_CLIENT_SECRET: SECRET,
    OIDC_SCOPE: 'openid shop offline_access',
  };

  private constructor(
    readonly url: string,
    private readonly folder: string,
    private readonly programs: Program[],
    audience: unknown,
  ) {
    this.issuer = {
      jwksUrl: `${url}oauth2/jwks`,
      audience,
      userIdClaim: 'sub',
      scopeClaim: ['groups', 'scope'],
      types: ['jwt'],
      scopes: {
        earthlings: ['profile:read', 'orders:read', 'orders:write'],
        timelords: ['orders:read', 'admin'],
        shop: ['orders:read'],
      },
      introspection: {
        url: `${url}oauth2/introspect`,
        clientId: 'atrium',
        clientSecret: SECRET,
        audienceRequired: false,
        cacheSeconds: 0,
      },
    };
  }

  static async start(gatewayUrl: string, options: PortalOptions = {}): Promise<LemonldapPortal> {
    const port = await freePort();
    const url = `http://localhost:${port}/`;
    const folder = mkdtempSync(join(tmpdir(), 'atrium-lemonldap-'));
    for (const name of FOLDERS) mkdirSync(join(folder, name), { recursive: true });
    writeFileSync(
      join(folder, 'conf/lmConf-1.json'),
      JSON.stringify(configuration(folder, url, gatewayUrl, options)),
    );
    writeFileSync(join(folder, 'lemonldap-ng.ini'), ini(folder));
    writeFileSync(join(folder, 'nginx.conf'), nginx(folder, port));
    const isRoot = process.getuid!() === 0;
    if (isRoot) spawnSync('chown', ['-R', `${USER}:`, folder]);
    const socket = join(folder, 'socket');
    const env = {
      LLNG_DEFAULTCONFFILE: join(folder, 'lemonldap-ng.ini'),
      LLNG_DEFAULTLOGGER: 'Lemonldap::NG::Common::Logger::Std',
    };
    const flags = ['--foreground', '-n', '2', '-s', socket, '-p', join(folder, 'pid')];
    const user = isRoot ? ['-u', USER, '-g', USER] : [];
    // It takes a socket as its standard input, such as Node's pipes are, for the one that it is to listen on.
    const command = ['-c', 'exec "$0" "$@" </dev/null', serverCommand('llng-fastcgi-server'), ...flags, ...user];
    const server = await Program.start('sh', command, { prints: 'initialized' }, env);
    const proxy = await Program.start(serverCommand('nginx'), ['-c', join(folder, 'nginx.conf')], { port });
    const audience = options.client?.['oidcRPMetaDataOptionsAdditionalAudiences'] ?? 'atrium';
    return new LemonldapPortal(url, folder, [proxy, server], audience);
  }

  async logIn(visitor: Visitor, page: Page, account: Account | undefined): Promise<Page> {
    const next =
      account && page.text.includes('name="password"') ? await this.password(visitor, page, account) : page;
    return next.text.includes('name="confirm"') ? visitor.submit(next, { confirm: '1' }) : next;
  }

  async deny(visitor: Visitor, page: Page, account: Account): Promise<Page> {
    return visitor.submit(await this.password(visitor, page, account), { confirm: '-1' });
  }

  /** Replaces its key: the old one is published no more. */
  rotate(): void {
    this.tool('rotateOidcKeys');
  }

  /** Deletes its refresh tokens, as an operator does. */
  deleteRefreshTokens(): void {
    this.tool('lemonldap-ng-sessions', 'delete', '--where', '_type=refresh_token');
  }

  /** Logs a browser out at its own page. */
  logOut(visitor: Visitor): Promise<Page> {
    return visitor.go(`${this.url}?logout=1`);
  }

  /** Runs one of its own programs. */
  private tool(name: string, ...options: string[]): void {
    const env = { ...process.env, LLNG_DEFAULTCONFFILE: join(this.folder, 'lemonldap-ng.ini') };
    const program = join('/usr/share/lemonldap-ng/bin', name);
    const { status, stderr } = spawnSync(program, options, { env, ...ids(), encoding: 'utf8' });
    if (status !== 0) throw new Error(`${name}: ${stderr}`);
  }

  private password(visitor: Visitor, page: Page, account: Account): Promise<Page> {
    return visitor.submit(page, { user: NAMES[account], password: NAMES[account] });
  }

  async close(): Promise<void> {
    for (const program of this.programs) await program.end();
    rmSync(this.folder, { recursive: true });
  }
}

/** The user of its processes, where these tests run as root. */
function ids(): { uid?: number; gid?: number } {
  if (process.getuid!() !== 0) return {};
  const [uid, gid] = ['-u', '-g'].map((flag) =>
    Number(spawnSync('id', [flag, USER], { encoding: 'utf8' }).stdout),
  );
  return { uid: uid!, gid: gid! };
}

function configuration(folder: string, portal: string, gatewayUrl: string, { client, all }: PortalOptions) {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const storage = (name: string) => ({ Directory: `${folder}/${name}`, LockDirectory: `${folder}/${name}/lock` });
  const options = {
    oidcRPMetaDataOptionsClientSecret: SECRET,
    oidcRPMetaDataOptionsRedirectUris: `${gatewayUrl}/bff/callback ${gatewayUrl}/livez`,
    oidcRPMetaDataOptionsPostLogoutRedirectUris: `${gatewayUrl}/livez`,
    oidcRPMetaDataOptionsUserIDAttr: 'shop_id',
    oidcRPMetaDataOptionsIDTokenSignAlg: 'RS256',
    oidcRPMetaDataOptionsRequirePKCE: 1,
    oidcRPMetaDataOptionsIDTokenForceClaims: 1,
    oidcRPMetaDataOptionsAllowOffline: 1,
    oidcRPMetaDataOptionsLogoutBypassConfirm: 1,
    oidcRPMetaDataOptionsAccessTokenExpiration: 2,
    ...client,
  };
  const clients = {
    atrium: { ...options, oidcRPMetaDataOptionsClientID: 'atrium' },
    app: { ...options, oidcRPMetaDataOptionsClientID: 'app', oidcRPMetaDataOptionsPublic: 1 },
  };
  const claims = { groups: 'groups;string;always' };
  return {
    cfgNum: 1,
    cfgDate: 1,
    portalDisplayRegister: 0,
    portalDisplayResetPassword: 0,
    portalDisplayCertificateResetByMail: 0,
    locationRules: { localhost: { default: 'accept' } },
    authentication: 'Demo',
    userDB: 'Same',
    demoExportedVars: { cn: 'cn', mail: 'mail', uid: 'uid' },
    globalStorage: 'Apache::Session::File',
    persistentStorage: 'Apache::Session::File',
    localSessionStorage: 'Cache::FileCache',
    portal,
    domain: 'localhost',
    globalStorageOptions: storage('sessions'),
    persistentStorageOptions: storage('psessions'),
    localSessionStorageOptions: { cache_root: `${folder}/cache`, namespace: 'sessions', default_expires_in: 1 },
    notificationStorageOptions: { dirName: `${folder}/notifications` },
    macros: { shop_id: '$uid eq "rtyler" ? "u1" : "u2"', _whatToTrace: '$_user' },
    issuerDBOpenIDConnectActivation: 1,
    oidcServicePrivateKeySig: privateKey.export({ type: 'pkcs1', format: 'pem' }),
    oidcServicePublicKeySig: publicKey.export({ type: 'spki', format: 'pem' }),
    oidcServiceKeyIdSig: 'first',
    oidcRPMetaDataOptions: clients,
    oidcRPMetaDataExportedVars: { atrium: claims, app: claims },
    oidcRPMetaDataOptionsExtraClaims: { atrium: { shop: 'groups' }, app: { shop: 'groups' } },
    ...all,
  };
}

const ini = (folder: string): string => `[all]
logLevel = notice
checkTime = 1
[configuration]
type = File
dirName = ${folder}/conf
localStorage = Cache::FileCache
localStorageOptions = { 'namespace' => 'configuration', 'cache_root' => '${folder}/cache', 'directory_umask' => '007' }
[portal]
staticPrefix = /static
templateDir = /usr/share/lemonldap-ng/portal/templates
languages = en
[handler]
`;

const nginx = (folder: string, port: number): string => `daemon off;
pid ${folder}/nginx/pid;
error_log stderr;
${process.getuid!() === 0 ? `user ${USER};` : ''}
worker_processes 1;
events {}
http {
  access_log off;
  ${['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((name) => `${name}_temp_path ${folder}/nginx/${name};`).join('\n  ')}
  include /etc/nginx/mime.types;
  server {
    listen 127.0.0.1:${port};
    root /usr/share/lemonldap-ng/portal/htdocs/;
    if ($uri !~ ^/((static|javascript|favicon).*|.*\\.psgi)) {
      rewrite ^/(.*)$ /index.psgi/$1 break;
    }
    location ~ ^(?<sc>/.*\\.psgi)(?:$|/) {
      include /etc/nginx/fastcgi_params;
      fastcgi_pass unix:${folder}/socket;
      fastcgi_param HTTP_HOST $http_host;
      fastcgi_param LLTYPE psgi;
      fastcgi_param SCRIPT_FILENAME $document_root$fastcgi_script_name;
      fastcgi_split_path_info ^(.*\\.psgi)(/.*)$;
      fastcgi_param PATH_INFO $fastcgi_path_info;
    }
    location /static/ {
      alias /usr/share/lemonldap-ng/portal/htdocs/static/;
    }
    location /javascript/ {
      alias /usr/share/javascript/;
    }
  }
}
`;
