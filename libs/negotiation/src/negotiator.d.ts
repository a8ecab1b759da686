/** Types of the used part of https://github.com/jshttp/negotiator, which has none. */
declare module 'negotiator' {
  export default class Negotiator {
    constructor(request: { headers: { accept?: string; 'accept-encoding'?: string; 'accept-language'?: string } });
    /** The media types of `available` that are accepted, most preferred first. */
    mediaTypes(available: readonly string[]): string[];
    /** The languages of `available` that are accepted, most preferred first. */
    languages(available: readonly string[]): string[];
    /** The content codings of `available` that are accepted, by quality, then by their place in `preferred`. */
    encodings<Coding extends string>(
      available: readonly Coding[],
      options: { preferred: readonly Coding[] },
    ): Coding[];
  }
}
