export { check } from './check.ts';
export { type Enumeration, enumeration, type ValueOf } from './enumeration.ts';
export { expectedTypes } from './expected-types.ts';
export { parseFields, wholeView } from './fields-parameter.ts';
export {
  type InputOf,
  body,
  type Body,
  fromArguments,
  fromQueryString,
  id,
  type Input,
  input,
  numberOfText,
  oneOf,
  parameters,
  safeInt,
} from './input.ts';
export { type JsonSchema, viewRef, viewSchemas } from './json-schema.ts';
export { firstOf, listSize, MAX_LIST_SIZE } from './list-size.ts';
export { presenter, serializer } from './present.ts';
export { DateTime, JsonObject, SafeInt } from './scalars.ts';
export { byPlace, responsePaths } from './response-paths.ts';
export { selectionOf } from './selection-of.ts';
export {
  fieldsOf,
  InterfaceView,
  isView,
  type Kind,
  RestView,
  ViewField,
  View,
  viewByName,
  viewName,
} from './view.ts';
export { Selection } from './selection.ts';
