import type { StepSeconds } from '../../types/stage.ts';

/** How the steps of a training divide, in seconds over all of them: what a stage type tells as `telemetry.step`. */
export interface StepDivision extends StepSeconds {
  /** How many steps there were. */
  readonly count: number;
}

/** Telemetry may be anything. */
export const isStepDivision = (value: unknown): value is StepDivision => {
  const division = Object(value) as Readonly<Record<string, unknown>>;
  return ['count', 'data', 'transfer', 'compute', 'rest'].every(
    (key) => Number.isFinite(division[key]) && (division[key] as number) >= 0,
  );
};

/** Of all its parts together. */
export const secondsOf = ({ data, transfer, compute, rest }: StepSeconds): number => data + transfer + compute + rest;
