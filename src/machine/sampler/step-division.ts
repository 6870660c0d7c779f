/**
 * How the steps of a training divide, in seconds over all of them: what a stage type tells as `telemetry.step`.
 * `compute` is what lies between a step's inputs being there and its results; the rest is neither of the others.
 */
export interface StepDivision {
  /** How many steps there were. */
  readonly count: number;
  /** Waiting for the next batch. */
  readonly data: number;
  /** Moving it to where it is computed. */
  readonly transfer: number;
  readonly compute: number;
  readonly rest: number;
}

/** Telemetry may be anything. */
export const isStepDivision = (value: unknown): value is StepDivision => {
  const division = Object(value) as Readonly<Record<string, unknown>>;
  return ['count', 'data', 'transfer', 'compute', 'rest'].every(
    (key) => Number.isFinite(division[key]) && (division[key] as number) >= 0,
  );
};

/** Of all steps together. */
export const secondsOf = ({ data, transfer, compute, rest }: StepDivision): number => data + transfer + compute + rest;
