import { djangoOauthToolkit, glewlwyd, lemonldap } from '#test/support/neighbours/openid-providers';
import { chromium, firefox } from '#test/support/neighbours/programs';

/** What the quick set needs, and what the full set needs besides. oidc-provider is a package of npm. */
export const programs = { quick: [chromium, firefox], full: [djangoOauthToolkit, glewlwyd, lemonldap] };
