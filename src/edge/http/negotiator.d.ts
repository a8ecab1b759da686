/** What is used of https://github.com/jshttp/negotiator, which comes without types. */
declare module 'negotiator' {
  export default class Negotiator {
    constructor(request: { headers: { accept?: string } });
    /** The media types of `available` that are accepted, most preferred first. */
    mediaTypes(available: readonly string[]): string[];
  }
}
