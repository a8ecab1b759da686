export { EVENT_STREAM, JSON_TYPE, offer, prefersEvents, takesEvents } from './preferred-type.ts';
