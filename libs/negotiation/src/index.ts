export {
  EVENT_STREAM,
  JSON_TYPE,
  NDJSON,
  offer,
  prefersEvents,
  prefersHtml,
  takesEvents,
} from './preferred-type.ts';
