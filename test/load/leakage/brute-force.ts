import type { RandomStage } from './random-stages.ts';

/**
 * What a leak is, without any names of row sets: every out is computed as the rows that it holds. A source has 600
 * rows; each split puts each row into one of its parts by a hash, so that different splits have rows in common as real ones do.
 * What the source itself gives is by a hash that all splits share.
 */

const rowsPerSource = 600;

/** Rows by number, and which parts they have gone through: `""`, `"t"`, `"vt"`. */
type Rows = ReadonlyMap<string, ReadonlySet<number>>;

interface Sight {
  readonly use: 'fit' | 'choose' | 'judge';
  readonly rows: Rows;
}

interface Value {
  readonly rows: Rows;
  readonly seen: ReadonlySet<Sight>;
  readonly told: ReadonlySet<Sight>;
  readonly isAltered: boolean;
}

const nothing: Value = { rows: new Map(), seen: new Set(), told: new Set(), isAltered: false };

/** Every leak of a pipeline: the stage, what it does with the rows, and what is wrong with them. */
export const leaksByBruteForce = (stages: readonly RandomStage[]): ReadonlySet<string> => {
  const values = new Map<string, Value>();
  return new Set(
    stages.flatMap((stage) =>
      Object.entries(execute(stage, values)).flatMap(([leak, is]) => (is ? [`${stage.name} ${leak}`] : [])),
    ),
  );
};

type Leaks = Readonly<Record<string, boolean>>;

/** Puts the outs of a stage among the values, and says which leaks there are. */
const execute = (stage: RandomStage, values: Map<string, Value>): Leaks => {
  const dep = (name: string): Value => values.get(stage.deps[name] ?? '') ?? nothing;
  const put = (out: string, value: Partial<Value>) => values.set(`${stage.name}.${out}`, { ...nothing, ...value });
  return execution[stage.kind](stage, dep, put);
};

type Execution = (
  stage: RandomStage,
  dep: (name: string) => Value,
  put: (out: string, value: Partial<Value>) => void,
) => Leaks;

const execution: Readonly<Record<RandomStage['kind'], Execution>> = {
  ingest: ({ source }, _, put) => {
    put('examples', { rows: new Map([['', sourceRows(source)]]) });
    return {};
  },
  clean: (_, dep, put) => {
    put('examples', { ...dep('examples'), told: new Set() });
    return {};
  },
  both: (_, dep, put) => {
    put('rows', {
      rows: union(dep('a').rows, dep('b').rows),
      seen: new Set([...dep('a').seen, ...dep('b').seen]),
      isAltered: dep('a').isAltered || dep('b').isAltered,
    });
    return {};
  },
  features: (_, dep, put) => {
    put('rows', { ...dep('rows'), told: new Set() });
    return {};
  },
  split: (stage, dep, put) => {
    const whole = dep('examples');
    const [train, validation, test] = [0, 1, 2].map((index) => partOf(whole.rows, stage, index));
    for (const [part, rows] of Object.entries({ train: train!, validation: validation!, test: test! }))
      put(part, { ...whole, rows, told: new Set() });
    const isSeen = [validation!, test!].some((rows) =>
      [...whole.seen].some((sight) => sight.use !== 'judge' && meet(sight.rows, rows)),
    );
    return { 'split seen': isSeen, 'split altered': whole.isAltered };
  },
  normalize: ({ deps }, dep, put) => {
    const fit: Sight = { use: 'fit', rows: dep('train').rows };
    for (const part of ['train', 'validation', 'test']) {
      const seen = new Set([...dep('train').seen, ...dep(part).seen, fit]);
      if (deps[part] !== undefined) put(part, { ...dep(part), seen, told: new Set() });
    }
    const told = goesByTest([dep('train'), dep('validation'), dep('test')]);
    return { 'fit held out': isHeldOut(fit.rows, 'vt'), 'fit told': told };
  },
  augment: (_, dep, put) => {
    put('train', { ...dep('train'), told: new Set(), isAltered: true });
    return { 'altered held out': isHeldOut(dep('train').rows, 'vt') };
  },
  train: ({ deps }, dep, put) => {
    const [rows, validation] = [dep('train'), dep('validation')];
    const fit: Sight = { use: 'fit', rows: rows.rows };
    const choice: Sight = { use: 'choose', rows: validation.rows };
    const seen = new Set([...rows.seen, ...validation.seen, fit]);
    const isSeen = [...seen].some((sight) => sight.use === 'fit' && meet(sight.rows, choice.rows));
    const told = goesByTest([rows, validation]);
    put('model', { seen: seen.add(choice) });
    return {
      'fit held out': isHeldOut(fit.rows, 'vt'),
      'fit told': told,
      'choose held out': isHeldOut(choice.rows, 't'),
      'choose told': told && deps['validation'] !== undefined,
      'choose seen': isSeen,
      'choose altered': validation.isAltered,
    };
  },
  tune: (_, dep, put) => {
    const fit: Sight = { use: 'fit', rows: dep('rows').rows };
    put('model', { seen: new Set([...dep('found').seen, ...dep('rows').seen, fit]) });
    return { 'fit held out': isHeldOut(fit.rows, 'vt'), 'fit told': goesByTest([dep('found'), dep('rows')]) };
  },
  pick: (_, dep, put) => {
    put('model', { seen: dep('found').seen });
    return {};
  },
  evaluate: ({ isDiagnosis }, dep, put) => {
    const [model, test] = [dep('model'), dep('test')];
    const seen = new Set([...model.seen, ...test.seen]);
    const judgement: Sight = { use: 'judge', rows: test.rows };
    put('evaluation', { seen: new Set([...seen, judgement]), told: new Set([judgement]) });
    if (isDiagnosis) return {};
    return { 'judge seen': [...seen].some((sight) => meet(sight.rows, test.rows)), 'judge altered': test.isAltered };
  },
};

/** Whether what is made of these goes by what was judged on test. */
const goesByTest = (deps: readonly Value[]): boolean =>
  deps.some(({ seen }) => [...seen].some(({ use, rows }) => use === 'judge' && isHeldOut(rows, 't')));

const sourceRows = (source: number): ReadonlySet<number> =>
  new Set(Array.from({ length: rowsPerSource }, (_, row) => source * rowsPerSource + row));

const isHeldOut = (rows: Rows, parts: string): boolean =>
  [...rows].some(([tags, ids]) => ids.size > 0 && [...parts].some((part) => tags.includes(part)));

const meet = (a: Rows, b: Rows): boolean =>
  [...a.values()].some((ids) => [...b.values()].some((others) => [...ids].some((row) => others.has(row))));

const union = (a: Rows, b: Rows): Rows => {
  const all = new Map(a);
  for (const [tags, ids] of b) all.set(tags, new Set([...(all.get(tags) ?? []), ...ids]));
  return all;
};

const partOf = (rows: Rows, split: RandomStage, index: number): Rows => {
  const parts = new Map<string, ReadonlySet<number>>();
  for (const [tags, ids] of rows) {
    const tag = ['', 'v', 't'][index]!;
    const kept = [...ids].filter((row) => indexOf(row, split) === index);
    const key = tags.includes(tag) ? tags : tags + tag;
    parts.set(key, new Set([...(parts.get(key) ?? []), ...kept]));
  }
  return parts;
};

/** Of train, validation and test, the one that a row is in. */
const indexOf = (row: number, { name, given }: RandomStage): number => {
  const [own, official] = [hash(`${name} ${row}`), hash(`official ${row}`) % 3];
  switch (given) {
    case 'none':
      return own % 3;
    case 'test':
      return official === 2 ? 2 : own % 2;
    case 'validation and test':
      return official;
    case 'all':
      return hash(`part ${row}`) % 3;
  }
};

/** FNV-1a, whose upper bits are mixed in. */
const hash = (text: string): number => {
  let value = 0x811c9dc5;
  for (const character of text) value = Math.imul(value ^ character.charCodeAt(0), 0x01000193) >>> 0;
  return ((value ^ (value >>> 15)) * 31) >>> 0;
};
