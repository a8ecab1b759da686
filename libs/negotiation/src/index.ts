export { EVENT_STREAM, JSON_TYPE, offer, prefersEvents, prefersHtml, takesEvents } from './preferred-type.ts';
