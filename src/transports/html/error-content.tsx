import { type GatewayError, parseRetryAfter } from '#libs/errors';
import type { Html } from '#libs/html';
import type { PageHead } from './document.tsx';
import { relativeTime } from './format.ts';
import type { Language } from './language.ts';
import { messages } from './messages/messages.ts';

type Status = keyof (typeof messages)['en']['errors'];

/** The title and the sentence of a status; those of the nearest one for others. */
function textsOf(language: Language, status: number): readonly string[] {
  const { errors } = messages[language];
  return errors[status as Status] ?? errors[status >= 500 ? 500 : 400];
}

/** The head of the page of an error. */
export const errorHead = (language: Language, { status }: GatewayError): PageHead => ({
  name: status === 401 ? 'login' : 'error',
  title: textsOf(language, status)[0]!,
});

/** The page of an error: what happened, in words, and where to go on. It names no cause within the system. */
export function errorContent({
  language,
  error,
  requestId,
  home,
}: {
  language: Language;
  error: GatewayError;
  requestId: string;
  home: string;
}): Html {
  const texts = messages[language];
  const retryMs = parseRetryAfter(error.headers?.['retry-after']);
  return (
    <>
      <p class="notice bad">{textsOf(language, error.status)[1]}</p>
      {error.code === 'FORBIDDEN' && <p>{texts.expiredForm}</p>}
      {retryMs !== undefined && <p>{texts.retryIn(relativeTime(language, Math.ceil(retryMs / 1_000)))}</p>}
      <p>
        <a class="button" href={home}>
          {texts.backHome}
        </a>
      </p>
      <p class="quiet">
        {texts.request(requestId)} · {error.status} {error.code}
      </p>
    </>
  );
}
