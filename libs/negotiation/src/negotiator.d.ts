/** What is used of https://github.com/jshttp/negotiator, which comes without types. */
declare module 'negotiator' {
  export default class Negotiator {
    constructor(request: { headers: { accept?: string; 'accept-encoding'?: string } });
    /** The media types of `available` that are accepted, most preferred first. */
    mediaTypes(available: readonly string[]): string[];
    /** The content codings of `available` that are accepted, by quality, then by their place in `preferred`. */
    encodings<Coding extends string>(
      available: readonly Coding[],
      options: { preferred: readonly Coding[] },
    ): Coding[];
  }
}
