import type { StageRunRecord } from '../../src/types/generated/stage-run.ts';
import type { TestProject } from '../rig/project.ts';
import { stemma } from '../rig/stemma.ts';
import type { Arm, Keys, Reading, RunExtract, Source, Value } from './experiments.ts';

/** A run that has ended, and what can be read of it. */
export interface Seen {
  readonly project: TestProject;
  readonly pipeline: string;
  readonly arm: Arm;
  readonly stderr: string;
  readonly stageRuns: ReadonlyMap<string, StageRunRecord>;
  /** What was overridden, as arguments. */
  readonly set: readonly string[];
}

/** Reads one after the other; an arm that lacks a stage lacks what is read of it. */
export const readAll = async (
  readings: readonly Reading[],
  seen: Seen,
): Promise<Pick<RunExtract, 'values' | 'parts'>> => {
  const [values, parts]: [Record<string, Value>, Record<string, readonly [number, number]>] = [{}, {}];
  const ask = asker(seen);
  for (const reading of readings) {
    if (seen.arm.without?.includes(reading.name)) continue;
    const value = await sourceValue(reading, seen, ask);
    if (value === undefined) continue;
    const over = reading.over && (await sourceValue(reading.over, seen, ask));
    values[reading.name] = value;
    if (over === undefined) continue;
    if (typeof value !== 'number' || typeof over !== 'number') throw new Error(`${reading.name} is no share`);
    values[reading.name] = value / over;
    parts[reading.name] = [value, over];
  }
  return { values, ...(Object.keys(parts).length > 0 && { parts }) };
};

type Ask = (args: readonly string[]) => Promise<unknown>;

/** Each command is run once, however much is read of it: two figures of one answer belong together. */
const asker = ({ project, pipeline, set }: Seen): Ask => {
  const answers = new Map<string, unknown>();
  return async (args) => {
    const key = args.join(' ');
    if (!answers.has(key)) {
      const all = args.flatMap((each) => (each === '{set}' ? set : [each.replace('{pipeline}', pipeline)]));
      const { exitCode, stdout, stderr } = await stemma(project, [...all, '--json']);
      if (exitCode !== 0) throw new Error(`stemma ${all.join(' ')} ended with ${exitCode}:\n${stderr}`);
      answers.set(key, JSON.parse(stdout));
    }
    return answers.get(key);
  };
};

/** Undefined where the arm has no such stage, or what is looked at no such value. */
const sourceValue = async (source: Source, seen: Seen, ask: Ask): Promise<Value | undefined> => {
  if ('said' in source) return groupOf(source.said, seen.stderr);
  if ('asks' in source) return valueIn(await ask(source.asks), source);
  const name = seen.arm.as?.[source.stage] ?? source.stage;
  const stageRun = seen.stageRuns.get(name);
  if (stageRun === undefined) return;
  if ('metric' in source) return stageRun.metrics[source.metric] as Value | undefined;
  if ('summary' in source) return groupOf(source.summary, stageRun.summary ?? '');
  if ('record' in source) return medianOf(at(stageRun, source.record) as number | readonly number[] | undefined);
  const file = JSON.parse(seen.project.read(`artifacts/${seen.pipeline}/${name}/${source.file}`)) as unknown;
  return valueIn(file, source);
};

const valueIn = (json: unknown, source: { readonly at: Keys; readonly like?: object }): Value | undefined => {
  const found = at(json, source.at);
  return source.like === undefined ? (found as Value | undefined) : countLike(found as object[], source.like);
};

const at = (value: unknown, keys: Keys): unknown =>
  keys.reduce((each, key) => (each as Record<string, unknown> | null | undefined)?.[key], value) ?? undefined;

const medianOf = (value: number | readonly number[] | undefined): number | undefined =>
  typeof value === 'object' ? value.toSorted((a, b) => a - b)[Math.floor(value.length / 2)] : value;

const countLike = (list: readonly object[], like: object): number =>
  list.filter((each) => Object.entries(like).every(([key, value]) => (each as Record<string, unknown>)[key] === value))
    .length;

const groupOf = (pattern: string, text: string): Value | undefined => {
  const found = new RegExp(pattern).exec(text)?.[1];
  if (found === undefined) return;
  const number = Number(found.replaceAll(',', ''));
  return Number.isNaN(number) ? found : number;
};
