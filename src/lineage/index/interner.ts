/** A list in which each value stands once, and is referred to by its place. */
export interface Interner<Value> {
  /** Place of a value; it is put at the end where it is new. */
  placeOf(value: Value): number;
}

/** `values` is the list to go on with; `keyOf` tells values apart. */
export const createInterner = <Value>(values: Value[], keyOf: (value: Value) => string): Interner<Value> => {
  const places = new Map(values.map((value, place) => [keyOf(value), place]));
  return {
    placeOf: (value) => {
      const key = keyOf(value);
      const place = places.get(key);
      if (place !== undefined) return place;
      places.set(key, values.length);
      return values.push(value) - 1;
    },
  };
};
