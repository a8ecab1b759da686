/** So many objects of an answer cost as much as an ordinary question, whichever door it leaves by. */
const OBJECTS_A_UNIT = 20;

/** What an answer costs by the objects that it has, in units of the limiter. */
export const unitsOf = (objects: number): number => Math.max(1, Math.round(objects / OBJECTS_A_UNIT));

/** So many objects cost so many units. */
export const objectsOf = (units: number): number => units * OBJECTS_A_UNIT;
