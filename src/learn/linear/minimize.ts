/** A function to minimize: its value at a point, with its gradient there written into `gradient`. */
export type Objective = (point: Float64Array, gradient: Float64Array) => number;

export interface MinimizeOptions {
  /** Done where no part of the gradient is larger. */
  readonly tolerance: number;
  readonly maxIterations: number;
}

export interface Minimum {
  readonly point: Float64Array;
  readonly value: number;
  readonly iterations: number;
  /** Whether the tolerance was reached. */
  readonly converged: boolean;
}

/**
 * L-BFGS with the last 10 changes and a backtracking line search (Armijo's condition, quadratic steps). For smooth
 * convex functions; deterministic.
 *
 * @param start where to begin; it is not changed.
 * @see D. C. Liu, J. Nocedal: On the Limited Memory BFGS Method for Large Scale Optimization, Math. Prog. 45, 1989.
 */
export const minimize = (
  objective: Objective,
  start: Float64Array,
  { tolerance, maxIterations }: MinimizeOptions,
): Minimum => {
  let point = start.slice();
  let gradient = new Float64Array(start.length);
  let value = objective(point, gradient);
  const changes: Change[] = [];
  for (let iterations = 0; ; iterations += 1) {
    const converged = largest(gradient) <= tolerance;
    if (converged || iterations === maxIterations) return { point, value, iterations, converged };
    const found = searchLine(objective, { point, value, gradient }, changes);
    // Rounding leaves nothing to gain.
    if (found === null) return { point, value, iterations, converged };
    remember(changes, { point, gradient }, found);
    ({ point, value, gradient } = found);
  }
};

interface Place {
  readonly point: Float64Array<ArrayBuffer>;
  readonly value: number;
  readonly gradient: Float64Array<ArrayBuffer>;
}

/** How point and gradient changed in one iteration. */
interface Change {
  readonly step: Float64Array;
  readonly turn: Float64Array;
  /** 1 / (step · turn). */
  readonly inverse: number;
}

const searchLine = (objective: Objective, at: Place, changes: Change[]): Place | null => {
  let direction = directionAt(at.gradient, changes);
  let slope = dot(direction, at.gradient);
  if (slope >= 0) {
    changes.length = 0;
    direction = directionAt(at.gradient, changes);
    slope = dot(direction, at.gradient);
  }
  let length = changes.length === 0 ? Math.min(1, 1 / Math.sqrt(-slope)) : 1;
  const gradient = new Float64Array(direction.length);
  for (let attempt = 0; attempt < 40; attempt += 1) {
    const point = at.point.map((value, index) => value + length * direction[index]!);
    const value = objective(point, gradient);
    if (value <= at.value + 1e-4 * length * slope) return { point, value, gradient };
    // Near the minimum the value's change drowns in rounding; the slope's does not.
    const flat = Math.abs(value - at.value) <= 1e-14 * Math.abs(at.value);
    if (flat && Math.abs(dot(direction, gradient)) <= -0.9 * slope) return { point, value, gradient };
    const vertex = (-slope * length * length) / (2 * (value - at.value - slope * length));
    length = Math.min(0.5 * length, Math.max(0.1 * length, Number.isFinite(vertex) ? vertex : 0));
  }
  return null;
};

/** The two-loop recursion: minus the gradient, turned by the curvature that was seen. */
const directionAt = (gradient: Float64Array, changes: readonly Change[]): Float64Array => {
  const direction = gradient.map((value) => -value);
  const shares = new Float64Array(changes.length);
  for (let k = changes.length - 1; k >= 0; k -= 1) {
    const { step, turn, inverse } = changes[k]!;
    shares[k] = inverse * dot(step, direction);
    addScaled(direction, turn, -shares[k]!);
  }
  const last = changes.at(-1);
  if (last !== undefined) {
    const scale = 1 / (last.inverse * dot(last.turn, last.turn));
    for (let at = 0; at < direction.length; at += 1) direction[at]! *= scale;
  }
  changes.forEach(({ step, turn, inverse }, k) => {
    addScaled(direction, step, shares[k]! - inverse * dot(turn, direction));
  });
  return direction;
};

const remember = (changes: Change[], before: Pick<Place, 'point' | 'gradient'>, after: Place): void => {
  const step = after.point.map((value, at) => value - before.point[at]!);
  const turn = after.gradient.map((value, at) => value - before.gradient[at]!);
  const curvature = dot(step, turn);
  if (curvature <= 1e-12 * dot(turn, turn)) return;
  changes.push({ step, turn, inverse: 1 / curvature });
  if (changes.length > 10) changes.shift();
};

const dot = (a: Float64Array, b: Float64Array): number => {
  let sum = 0;
  for (let at = 0; at < a.length; at += 1) sum += a[at]! * b[at]!;
  return sum;
};

const addScaled = (to: Float64Array, from: Float64Array, scale: number): void => {
  for (let at = 0; at < to.length; at += 1) to[at]! += scale * from[at]!;
};

const largest = (values: Float64Array): number => values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
