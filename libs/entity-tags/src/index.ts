export {
  type EntityTag,
  hasRepresentation,
  isForRepresentation,
  parseEntityTags,
  type TagCondition,
} from './entity-tags.ts';
