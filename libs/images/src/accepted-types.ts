/** The media types of pictures that are read, with libvips' names of their formats. SVG is none: it can hold scripts. */
export const ACCEPTED: Readonly<Record<string, string>> = {
  'image/jpeg': 'jpeg',
  'image/png': 'png',
  'image/webp': 'webp',
  'image/gif': 'gif',
  'image/avif': 'heif',
};

/** The same as a list, for messages and `Accept` headers. */
export const ACCEPTED_TYPES = Object.keys(ACCEPTED);
