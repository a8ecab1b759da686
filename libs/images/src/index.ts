export { ACCEPTED_TYPES } from './accepted-types.ts';
export { IMAGE_LIMITS, type ImageLimits, Images } from './images.ts';
export type { ImageSize, SizedImage, SizedImages } from './sizes.worker.ts';
