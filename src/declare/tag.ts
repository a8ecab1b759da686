import { applyDecorators } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';

/** A tag of the OpenAPI document, which groups operations. */
export interface TagDescription {
  name: string;
  description: string;
}

const tags = new Map<string, TagDescription>();

/** Puts the routes of a controller under a tag and describes it; other controllers join it with `@ApiTags(name)`. */
export function Tag(name: string, description: string): ClassDecorator {
  tags.set(name, { name, description });
  return applyDecorators(ApiTags(name));
}

/** Every tag that a controller describes, by name. */
export const describedTags = (): TagDescription[] =>
  [...tags.values()].sort((one, other) => (one.name < other.name ? -1 : 1));
