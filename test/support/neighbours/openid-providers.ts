import { existsSync } from 'node:fs';
import { firstMatch, type NeighbourProgram, output } from './programs.ts';

/** Debian's Python, which has Debian's modules. */
export const DEBIAN_PYTHON = '/usr/bin/python3';

/** The OAuth and OpenID provider for Django. */
export const djangoOauthToolkit: NeighbourProgram = {
  name: 'Django OAuth Toolkit',
  packages: ['python3-django-oauth-toolkit'],
  version: () => output(DEBIAN_PYTHON, '-c', 'import oauth2_provider; print(oauth2_provider.__version__)'),
};

/** The OpenID provider in C, with its database. */
export const glewlwyd: NeighbourProgram = {
  name: 'Glewlwyd',
  packages: ['glewlwyd'],
  version: () => firstMatch(/^(\d\S*)/m, output('glewlwyd', '--version')),
};

/** The single sign-on server in Perl, behind nginx, with the modules that its OpenID provider loads. */
export const lemonldap: NeighbourProgram = {
  name: 'LemonLDAP::NG',
  packages: [
    'lemonldap-ng',
    'lemonldap-ng-fastcgi-server',
    'libgd-securityimage-perl',
    'libimage-magick-perl',
    'libstring-random-perl',
    'libio-string-perl',
    'nginx',
  ],
  version: () => {
    const modules = ['Portal', 'Portal::Issuer::OpenIDConnect', 'Portal::Captcha::SecurityImage'];
    const loaded = modules.map((name) => `-MLemonldap::NG::${name}`);
    const hasServers = ['llng-fastcgi-server', 'nginx'].every((name) => existsSync(`/usr/sbin/${name}`));
    return hasServers ? output('perl', ...loaded, '-e', 'print Lemonldap::NG::Portal->VERSION') : undefined;
  },
};
