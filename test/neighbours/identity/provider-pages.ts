import { DjangoSite } from './django-site.ts';
import type { Account, OutsideProvider } from './gateway-at.ts';
import { GlewlwydServer } from './glewlwyd-server.ts';
import { LemonldapPortal } from './lemonldap-portal.ts';
import type { Tab } from './browsers.ts';

/** How people use the pages of a provider: each step is a selector. */
export interface ProviderPages {
  start(gatewayUrl: string): Promise<OutsideProvider>;
  name: string;
  password: string;
  submit: string;
  /** What consents, in order. */
  accept: readonly string[];
  /** What people do in another tab that shows its page still, once they are logged in: its form, or they load the page again. */
  again: 'enter' | 'reload' | 'begin';
  /** What consents the second time; undefined where nobody is asked. */
  acceptAgain?: string;
  /** What refuses, and the error that comes of it; undefined where nobody can. */
  refuse?: { selector: string; error: string };
  /** What confirms the end of a session; undefined where it ends at once, null where the provider ends none. */
  logOut: string | undefined | null;
  accounts: Record<Account, [name: string, password: string]>;
}

const ADA = 'analytical-engine';
const GRACE = 'nanosecond-wire';

export const djangoPages: ProviderPages = {
  start: (url) => DjangoSite.start(url, { ACCESS_TOKEN_EXPIRE_SECONDS: 2 }),
  name: '[name=username]',
  password: '[name=password]',
  submit: '[type=submit]',
  accept: ['[name=allow]'],
  again: 'begin',
  acceptAgain: '[name=allow]',
  refuse: { selector: '[type=submit]:not([name=allow])', error: 'access_denied' },
  logOut: null,
  accounts: { ada: ['u1', ADA], grace: ['u2', GRACE] },
};

export const lemonldapPages: ProviderPages = {
  start: (url) => LemonldapPortal.start(url),
  name: '[name=user]',
  password: '[name=password]',
  submit: '#lform [type=submit]',
  accept: ['.buttons .positive'],
  again: 'enter',
  acceptAgain: '.buttons .positive',
  refuse: { selector: '#refuse', error: 'consent_required' },
  logOut: undefined,
  accounts: { ada: ['rtyler', 'rtyler'], grace: ['dwho', 'dwho'] },
};

export const glewlwydPages: ProviderPages = {
  start: (url) => GlewlwydServer.start(url),
  name: '#username',
  password: '#password',
  submit: '#loginbut',
  accept: ['#grant-orders', 'text=Grant access', 'text=Continue'],
  again: 'reload',
  acceptAgain: 'text=Continue',
  logOut: 'text=Logout',
  accounts: { ada: ['ada', ADA], grace: ['grace', GRACE] },
};

/** Says who somebody is at the page of a provider. */
export async function enter(tab: Tab, { name, password, submit, accounts }: ProviderPages, account: Account) {
  await tab.type(name, accounts[account][0]);
  await tab.type(password, accounts[account][1]);
  await tab.click(submit);
}
