import { shopMessages } from '#gateway/features/messages/messages';
import { Field, FormNotice } from '#gateway/transports/html/field.tsx';
import type { FormProblems } from '#gateway/transports/html/submitted-form';
import type { Visit } from '#gateway/transports/html/visit';
import type { Html } from '#libs/html';

/** The start page. */
const HOME = '/shop';

/** The page of the shop that a login leads to; all other addresses are replaced, so that no link leads to another site. */
export function nextPage(next: unknown): string {
  if (typeof next !== 'string' || !URL.canParse(next, 'http://here.invalid')) return HOME;
  const { origin, pathname, search } = new URL(next, 'http://here.invalid');
  const isShop = origin === 'http://here.invalid' && /^\/shop(\/|$)/.test(pathname);
  return isShop && !pathname.startsWith('/shop/login') ? pathname + search : HOME;
}

/** The form of a login, and the link to the outside provider, if there is one. */
export function LoginForm({
  visit,
  next,
  hasProvider,
  email,
  problem,
  wrong,
}: {
  visit: Visit;
  next: unknown;
  hasProvider: boolean;
  email?: string;
  problem?: string;
  wrong?: FormProblems;
}): Html {
  const t = shopMessages[visit.language];
  const page = nextPage(next);
  // The login page shows the failure, and leads on without one.
  const back = `/shop/login?${new URLSearchParams({ returned: '', next: page })}`;
  return (
    <>
      {problem && (
        <p class="notice bad" role="alert" id="problem">
          {problem}
        </p>
      )}
      <FormNotice language={visit.language} wrong={wrong} />
      {hasProvider && (
        <p>
          <a class="button" href={`/bff/login?returnTo=${encodeURIComponent(back)}`}>
            {t.login.provider}
          </a>
        </p>
      )}
      <form method="post" action="/shop/login" class="form">
        <input type="hidden" name="csrf" value={visit.browserToken} />
        <input type="hidden" name="next" value={page} />
        <Field
          name="email"
          label={t.account.email}
          wrong={wrong}
          value={email}
          type="email"
          autocomplete="username"
          maxlength={254}
          required
        />
        <Field
          name="password"
          label={t.login.password}
          wrong={wrong}
          type="password"
          autocomplete="current-password"
          maxlength={128}
          required
          describedBy={problem && 'problem'}
        />
        <button>{t.login.submit}</button>
      </form>
    </>
  );
}
