/**
 * A map of the plane: (x, y) → (a·x + b·y + c, d·x + e·y + f). x points right, y down, in pixels from the middle of an
 * image. What warps an image is the map from a pixel of the result back to where its value lies in the image.
 */
export type Affine = readonly [a: number, b: number, c: number, d: number, e: number, f: number];

export const identity: Affine = [1, 0, 0, 0, 1, 0];

/** First `second`, then `first`: (first ∘ second)(p) = first(second(p)). */
export const compose = (first: Affine, second: Affine): Affine => {
  const [a, b, c, d, e, f] = first;
  const [g, h, i, j, k, l] = second;
  return [a * g + b * j, a * h + b * k, a * i + b * l + c, d * g + e * j, d * h + e * k, d * i + e * l + f];
};

/** From a pixel of an image that was turned by so many degrees, clockwise as it is seen, back to where it was. */
export const backFromRotation = (degrees: number): Affine => {
  const [cos, sin] = turn(degrees);
  return [cos, sin, 0, -sin, cos, 0];
};

/** Cosine and sine, exact at right angles. */
const turn = (degrees: number): readonly [number, number] => {
  const quarter = (((degrees / 90) % 4) + 4) % 4;
  if (Number.isInteger(quarter))
    return [[1, 0] as const, [0, 1] as const, [-1, 0] as const, [0, -1] as const][quarter]!;
  const radians = (degrees * Math.PI) / 180;
  return [Math.cos(radians), Math.sin(radians)];
};

/** From an image that was enlarged by the factors (about its middle) back. */
export const backFromScale = (across: number, down: number): Affine => [1 / across, 0, 0, 0, 1 / down, 0];

/** From an image that was moved by so many pixels back. */
export const backFromShift = (right: number, down: number): Affine => [1, 0, -right, 0, 1, -down];

/** From an image whose upright lines were tilted by so many degrees back. */
export const backFromShear = (degrees: number): Affine => [1, Math.tan((degrees * Math.PI) / 180), 0, 0, 1, 0];

/** From a mirrored image back: the same again. */
export const backFromFlip = (axis: string): Affine =>
  axis === 'horizontal' ? [-1, 0, 0, 0, 1, 0] : [1, 0, 0, 0, -1, 0];
