/** A list in which each value stands once, and is referred to by its place. */
export interface Interner<Value> {
  readonly values: readonly Value[];
  /** Place of a value; it is put at the end where it is new. */
  placeOf(value: Value): number;
  find(value: Value): number | undefined;
}

/** `values` is the list to go on with; `keyOf` tells values apart. */
export const createInterner = <Value>(values: Value[], keyOf: (value: Value) => string): Interner<Value> => {
  let places: Map<string, number> | undefined;
  // Most readers ask for no place.
  const known = () => {
    places ??= new Map(values.map((value, place) => [keyOf(value), place]));
    return places;
  };
  return {
    values,
    find: (value) => known().get(keyOf(value)),
    placeOf: (value) => {
      const key = keyOf(value);
      const place = known().get(key);
      if (place !== undefined) return place;
      known().set(key, values.length);
      return values.push(value) - 1;
    },
  };
};
