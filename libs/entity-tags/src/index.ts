export { type EntityTag, hasRepresentation, parseEntityTags, type TagCondition } from './entity-tags.ts';
