export {
  EVENT_STREAM,
  HTML,
  JSON_TYPE,
  NDJSON,
  offer,
  prefersEvents,
  prefersHtml,
  takesEvents,
} from './preferred-type.ts';
