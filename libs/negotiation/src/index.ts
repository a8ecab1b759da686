export {
  EVENT_STREAM,
  HTML,
  JSON_TYPE,
  NDJSON,
  NDJSON_TYPES,
  offer,
  prefersEvents,
  prefersHtml,
  takesEvents,
} from './preferred-type.ts';
