import { chromium, djangoOauthToolkit, firefox, lemonldap } from '#test/support/neighbours/programs';

/** What the quick set needs, and what the full set needs besides. oidc-provider is a package of npm. */
export const programs = { quick: [chromium, firefox, djangoOauthToolkit, lemonldap], full: [] };
