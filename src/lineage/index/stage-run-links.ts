import type { PackedStageRuns } from './packed-stage-runs.ts';

/** Which rows took from which, by the numbers of the rows. */
export interface StageRunLinks {
  readonly above: readonly (readonly number[])[];
  readonly below: readonly (readonly number[])[];
}

/**
 * An input of a stage of the same pipeline came from the stage run that the run's record names. One of another pipeline
 * is known by its digest alone: from each stage run of that stage that made an out of this digest.
 */
export const linkStageRuns = (packed: PackedStageRuns): StageRunLinks => {
  const rowOf = new Map(packed.rows.map(([stageRun], row) => [stageRun, row]));
  const makers = makersOf(packed);
  const above: number[][] = packed.rows.map(() => []);
  const below: number[][] = packed.rows.map(() => []);
  const link = (upper: number | undefined, lower: number) => {
    if (upper === undefined || above[lower]!.includes(upper)) return;
    above[lower]!.push(upper);
    below[upper]!.push(lower);
  };
  for (const [lower, [, , , inputs]] of packed.rows.entries())
    for (let i = 0; i < inputs.length; i += 3) {
      const [slot, digest, upstream] = [inputs[i]!, inputs[i + 1]!, inputs[i + 2]!];
      if (upstream >= 0) link(rowOf.get(upstream), lower);
      else for (const upper of makers.get(keyOf(packed.inputs[slot]![2], digest)) ?? []) link(upper, lower);
    }
  return { above, below };
};

/** Rows by `pipeline: stage.out` and the digest of the out, of those outs that any input refers to in this way. */
const makersOf = ({ rows, inputs, outs, places }: PackedStageRuns): ReadonlyMap<string, readonly number[]> => {
  const asked = new Set(inputs.map(([, , from]) => from));
  const makers = new Map<string, number[]>();
  for (const [row, [, , place, , made]] of rows.entries())
    for (let i = 0; i < made.length; i += 2) {
      const [pipeline, stage] = places[place]!;
      const from = `${pipeline}: ${stage}.${outs[made[i]!]![0]}`;
      if (!asked.has(from)) continue;
      const key = keyOf(from, made[i + 1]!);
      const list = makers.get(key);
      if (list === undefined) makers.set(key, [row]);
      else list.push(row);
    }
  return makers;
};

const keyOf = (from: string, digest: number): string => `${digest} ${from}`;
