import fc from 'fast-check';
import type { JsonObject } from '../../../src/types/json.ts';

/** A stage of a random pipeline; its deps are outs of stages before it. */
export interface RandomStage {
  readonly name: string;
  readonly kind: Kind;
  readonly deps: Readonly<Record<string, string>>;
  /** Which of two files an ingest reads. */
  readonly source: number;
  readonly isDiagnosis: boolean;
  /** Parts that the source itself says its rows are in: as official sets, or all of them, by a column. Of a split. */
  readonly given: Given;
}

const givens = ['none', 'test', 'validation and test', 'all'] as const;
type Given = (typeof givens)[number];

const kinds = [
  'ingest',
  'clean',
  'both',
  'features',
  'split',
  'normalize',
  'augment',
  'train',
  'tune',
  'pick',
  'evaluate',
] as const;
type Kind = (typeof kinds)[number];

/** What a stage reads and writes: rows, models or evaluations. A dep with a `?` may be left out. */
const shapes: Readonly<
  Record<Kind, { readonly deps: Readonly<Record<string, string>>; readonly outs: Readonly<Record<string, string>> }>
> = {
  ingest: { deps: {}, outs: { examples: 'rows' } },
  clean: { deps: { examples: 'rows' }, outs: { examples: 'rows' } },
  both: { deps: { a: 'rows', b: 'rows' }, outs: { rows: 'rows' } },
  features: { deps: { rows: 'divided' }, outs: { rows: 'rows' } },
  split: { deps: { examples: 'rows' }, outs: { train: 'rows', validation: 'rows', test: 'rows' } },
  normalize: {
    deps: { train: 'rows', validation: 'rows?', test: 'rows?' },
    outs: { train: 'rows', validation: 'rows', test: 'rows' },
  },
  augment: { deps: { train: 'rows' }, outs: { train: 'rows' } },
  train: { deps: { train: 'rows', validation: 'rows?' }, outs: { model: 'model' } },
  tune: { deps: { found: 'evaluation', rows: 'rows' }, outs: { model: 'model' } },
  pick: { deps: { found: 'evaluation' }, outs: { model: 'model' } },
  evaluate: { deps: { model: 'model', test: 'rows' }, outs: { evaluation: 'evaluation' } },
};

interface Seed {
  readonly kind: Kind;
  /** Choose among what there is, by part of all, from 0 to 1. */
  readonly picks: readonly number[];
}

const picks: fc.Arbitrary<readonly number[]> = fc.array(
  fc.integer({ min: 0, max: 99 }).map((pick) => pick / 100),
  { minLength: 5, maxLength: 5 },
);

const seed: fc.Arbitrary<Seed> = fc.record({
  kind: fc.oneof(...kinds.map((kind) => ({ arbitrary: fc.constant(kind), weight: weightOf(kind) }))),
  picks,
});

function weightOf(kind: Kind): number {
  return { split: 3, normalize: 3, train: 3, evaluate: 3 }[kind as string] ?? 1;
}

/** Pipelines of an ingest, a split, and up to twelve further stages of all kinds. */
const anyStages: fc.Arbitrary<readonly RandomStage[]> = fc
  .tuple(picks, fc.array(seed, { minLength: 4, maxLength: 12, size: 'max' }))
  .map(([first, seeds]) =>
    build([{ kind: 'ingest', picks: [0, 0, 0, 0, 0] }, { kind: 'split', picks: first }, ...seeds]),
  );

/** Each choice as likely as any other: fast-check's own taste for zeros would pick the first out again and again. */
export const randomStages = fc.noBias(anyStages);

interface Made {
  readonly reference: string;
  readonly type: string;
  readonly isDivided: boolean;
  /** All rows of a source, with what it says of them: once divided or put together, rows no longer tell. */
  readonly isSource: boolean;
}

const build = (seeds: readonly Seed[]): readonly RandomStage[] => {
  const stages: RandomStage[] = [];
  const made: Made[] = [];
  for (const { kind, picks } of seeds) {
    if (kind === 'split' && stages.filter((stage) => stage.kind === 'split').length === 3) continue;
    const deps = depsOf(kind, picks, made);
    if (deps === undefined) continue;
    const from = Object.values(deps).map((dep) => made.find(({ reference }) => reference === dep)!);
    const isGiven = kind === 'split' && from.every(({ isSource }) => isSource);
    const stage = {
      name: `s${stages.length}`,
      kind,
      deps,
      source: Math.floor(picks[4]! * 2),
      isDiagnosis: picks[4]! > 0.9,
      given: isGiven ? givens[Math.floor(picks[1]! * givens.length)]! : 'none',
    };
    stages.push(stage);
    const isDivided = kind === 'split' || (kind !== 'ingest' && from.every((dep) => dep.isDivided));
    const isSource = kind === 'ingest' || (kind === 'clean' && from.every((dep) => dep.isSource));
    for (const [out, type] of Object.entries(shapes[kind].outs))
      if (kind !== 'normalize' || deps[out] !== undefined)
        made.push({ reference: `${stage.name}.${out}`, type, isDivided, isSource });
  }
  return stages;
};

/** Undefined where there is nothing yet that a dep could be. */
const depsOf = (
  kind: Kind,
  picks: readonly number[],
  made: readonly Made[],
): Readonly<Record<string, string>> | undefined => {
  const deps: Record<string, string> = {};
  for (const [index, [name, wanted]] of Object.entries(shapes[kind].deps).entries()) {
    if (wanted.endsWith('?') && picks[4]! < 0.3) continue;
    const type = wanted.replace('?', '');
    const fitting = made.filter((each) =>
      type === 'divided' ? each.type === 'rows' && each.isDivided : each.type === type,
    );
    if (fitting.length === 0) return undefined;
    deps[name] = fitting[Math.floor(picks[index]! * fitting.length)]!.reference;
  }
  return deps;
};

/** The pipeline as a user would write it; all but commands are Stemma's own stage types. */
export const asJson = (stages: readonly RandomStage[]): JsonObject => ({
  stages: Object.fromEntries(stages.map((stage) => [stage.name, stageJson(stage)])),
});

const paramsOfGiven = {
  none: {},
  test: { test: 'official' },
  'validation and test': { test: 'official', validation: 'official' },
  all: { fixed: 'part' },
} as const satisfies Readonly<Record<Given, JsonObject>>;

const stageJson = ({ kind, deps, source, isDiagnosis, given }: RandomStage): JsonObject => {
  const run = 'true';
  switch (kind) {
    case 'ingest':
      return { uses: 'ingest', deps: { source: { path: `${source}.csv` } } };
    case 'both':
      return { run, deps, outs: { rows: { path: 'rows', rows: ['a', 'b'] } } };
    case 'features':
      return { run, deps, outs: { rows: 'rows' } };
    case 'tune':
      return { run, deps, outs: { model: { path: 'model', fitted_on: 'rows' } } };
    case 'pick':
      return { run, deps, outs: { model: 'model' } };
    case 'split':
      return { uses: 'split', deps, params: paramsOfGiven[given] };
    case 'train':
      return { uses: 'train', deps, params: { model: { preset: 'mlp' } } };
    case 'evaluate':
      return { uses: 'evaluate', deps, diagnosis: isDiagnosis };
    default:
      return { uses: kind, deps };
  }
};
