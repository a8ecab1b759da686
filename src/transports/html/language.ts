import Negotiator from 'negotiator';

/** The languages of pages; the first is for visitors who accept none of them. */
export const LANGUAGES = ['en', 'de'] as const;

/** A language of pages (BCP 47). */
export type Language = (typeof LANGUAGES)[number];

/** The longest `Accept-Language` that is read, in characters: negotiation takes longer for longer ones. */
const MAX_LENGTH = 500;

/** The language that a visitor prefers, by `Accept-Language` (RFC 9110, section 12.5.4). */
export function languageOf(accepted: string | undefined): Language {
  if (!accepted || accepted.length > MAX_LENGTH) return LANGUAGES[0];
  // `de-AT` accepts `de`, too, which lookup would miss (RFC 4647, section 3.4).
  const ranges = accepted.replace(/\b([a-z]{2,3})-[\w-]+(;[^,]*)?/gi, '$&,$1$2');
  const [best] = new Negotiator({ headers: { 'accept-language': ranges } }).languages([...LANGUAGES]);
  return (best as Language | undefined) ?? LANGUAGES[0];
}
