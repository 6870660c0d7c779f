import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** What the page's figures are made of: small pipelines, what is varied in them, and records of their runs. */
export const folder = join(import.meta.dirname, '../../docs/practices');

/** A pipeline that is run in some variants, each with some seeds, and what is read of each run. */
export interface Experiment {
  /** Name of a file in `pipelines/`. */
  readonly pipeline: string;
  readonly seeds: readonly number[];
  /** The first is what the others are held against. */
  readonly arms: readonly Arm[];
  readonly read: readonly Reading[];
}

export interface Arm {
  readonly name: string;
  /** Another pipeline than the experiment's. */
  readonly pipeline?: string;
  /** Values of the pipeline that are overridden, by path. */
  readonly set?: Readonly<Record<string, unknown>>;
  /** Stages that are run, with what they need; all where absent. */
  readonly stages?: readonly string[];
  /** What a name of a stage in `read` stands for in this arm. */
  readonly as?: Readonly<Record<string, string>>;
  /** Names of what is not read of this arm, as it has nothing before it to be compared with. */
  readonly without?: readonly string[];
  /** The exit code that is expected; 0 where absent. */
  readonly exit?: number;
}

/** A number or a text that a run has come to. */
export type Reading = Source & {
  readonly name: string;
  /** Decimals that are shown; 3 where absent. */
  readonly digits?: number;
  /** Whether more of it is better, or less; absent where it is neither. */
  readonly better?: 'more' | 'less';
  /** What it is divided by. A time is only told as a share of another time of the same run: no machine has it again. */
  readonly over?: Source;
  /** Of what a clock is in: between what it has to lie, here and wherever it is made again. */
  readonly measured?: Bounds;
};

export interface Bounds {
  readonly from: number;
  readonly to: number;
}

/** The way to a value in JSON. */
export type Keys = readonly (string | number)[];

/** Where a value is read. */
export type Source =
  | { readonly stage: string; readonly metric: string }
  /** The first group of an expression, in the line that a stage says of itself. */
  | { readonly stage: string; readonly summary: string }
  /** A value of a JSON file of the stage's, by its keys; of a list, how many entries there are like `like`. */
  | { readonly stage: string; readonly file: string; readonly at: Keys; readonly like?: object }
  /** A value of the stage run's record, by its keys: there are times, too. Of a list it is the median. */
  | { readonly stage: string; readonly record: Keys }
  /** The first group of an expression, in what the command says on stderr. */
  | { readonly said: string }
  /**
   * A value of what another command prints as JSON after the run, by its keys. `{pipeline}` and `{set}` stand for the
   * arm's pipeline and for what it overrides.
   */
  | { readonly asks: readonly string[]; readonly at: Keys; readonly like?: object };

export const experiments = JSON.parse(readFileSync(join(folder, 'experiments.json'), 'utf8')) as Readonly<
  Record<string, Experiment>
>;

/** Metrics have the bounds that the record has; texts are kept whole. */
export type Value = number | string | { readonly value: number; readonly low: number; readonly high: number };

/** One run of an arm, as it is checked in: of Stemma's own records all that does not differ from machine to machine. */
export interface RunExtract {
  readonly arm: string;
  readonly seed: number;
  readonly command: string;
  readonly exit: number;
  /** Absent where the pipeline was refused before anything ran. */
  readonly run?: string;
  readonly outcome?: string;
  readonly values: Readonly<Record<string, Value>>;
  /** Of values that are shares: what was divided by what. */
  readonly parts?: Readonly<Record<string, readonly [value: number, over: number]>>;
  /** Digest of each stage's record, by name. */
  readonly stages: Readonly<Record<string, string>>;
}

export interface StageRunExtract {
  readonly stage: string;
  readonly fingerprint: string;
  readonly fields: object;
  readonly outs: Readonly<Record<string, string>>;
  readonly summary?: string;
  readonly metrics?: Readonly<Record<string, Value>>;
  readonly failure?: string;
}

export interface PracticeRecord {
  readonly runs: readonly RunExtract[];
  readonly stageRuns: Readonly<Record<string, StageRunExtract>>;
}

export const recordFile = (name: string): string => join(folder, 'records', `${name}.json`);

export const readRecord = (name: string): PracticeRecord =>
  JSON.parse(readFileSync(recordFile(name), 'utf8')) as PracticeRecord;

export const recorded = (): readonly string[] =>
  readdirSync(join(folder, 'records')).map((file) => file.replace('.json', ''));

/** A run on a line, and a stage run on a line: a change of one is a change of one line. */
export const recordText = ({ runs, stageRuns }: PracticeRecord): string => {
  const lines = Object.entries(stageRuns).map(
    ([digest, each]) => `  ${JSON.stringify(digest)}: ${JSON.stringify(each)}`,
  );
  return [
    '{ "runs": [',
    runs.map((run) => `  ${JSON.stringify(run)}`).join(',\n'),
    '], "stageRuns": {',
    lines.join(',\n'),
    '} }\n',
  ].join('\n');
};
