/**
 * The number of objects in an answer that cost one unit, the cost of an ordinary request, over every transport.
 */
const OBJECTS_A_UNIT = 20;

/** The cost of an answer with this many objects, in units of the limiter; at least 1. */
export const unitsOf = (objects: number): number => Math.max(1, Math.round(objects / OBJECTS_A_UNIT));

/** The number of objects that this many units pay for. */
export const objectsOf = (units: number): number => units * OBJECTS_A_UNIT;
