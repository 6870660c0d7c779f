import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { NumberData } from '../../../src/learn/data/rows.ts';
import { auditSplits } from '../../../src/learn/leakage/audit.ts';
import type { Kind, LeakageParams } from '../../../src/learn/leakage/params.ts';
import { stream } from '../../../src/learn/random.ts';
import { makeFolder } from '../../stages/context.ts';
import { addColumn, copyRows, type Halves, halve, readTable, type Whole, writeHalves } from './planted.ts';

// Leaks planted into real sets, each kind at two strengths on two sets; and the sets as they are, 20 times.

const data = join(import.meta.dirname, '../../../node_modules/vega-datasets/data');

const params: LeakageParams = {
  on_leakage: 'warn',
  group: [],
  time: null,
  accept: [],
  thresholds: {
    text_similarity: 0.8,
    image_correlation: 0.99,
    row_distance: 0.01,
    target_proxy: 0.95,
    certain_proxy: 0.995,
    identifier: 0.95,
    adversary: 0.65,
    drift: 0.1,
    drift_p: 0.001,
  },
  sample: 20_000,
};

let root: Awaited<ReturnType<typeof makeFolder>>;
let count = 0;
const sets = new Map<string, Whole>();
beforeAll(async () => {
  root = await makeFolder();
  const read = (file: string, target: string) =>
    readTable(join(data, file), join(root.path, `s${count++}`), { target });
  sets.set('penguins', await read('penguins.json', 'Species'));
  sets.set('cars', await read('cars.json', 'Miles_per_Gallon'));
});
afterAll(() => root.remove());

const audit = async (halves: Halves, more: Partial<LeakageParams> = {}) => {
  const folders = await writeHalves(halves, join(root.path, `h${count++}`));
  const { findings } = await auditSplits(folders, { params: { ...params, ...more }, seed: 1 });
  return findings;
};

const kindsIn = async (halves: Halves, more: Partial<LeakageParams> = {}): Promise<Kind[]> =>
  (await audit(halves, more)).map(({ kind }) => kind);

const setOf = (name: string): Whole => sets.get(name) as Whole;

/** By the target: its number, or that of its label. */
const codes = ({ header, rows }: Whole): number[] => {
  const target = rows.columns.get(header.target as string);
  if (target?.kind === 'number') return [...target.values].map((value) => (Number.isNaN(value) ? 0 : value));
  const column = header.columns.find(({ name }) => name === header.target);
  const labels = column?.kind === 'category' ? column.categories : [];
  return (target as { values: readonly (string | null)[] }).values.map((label) => labels.indexOf(label ?? ''));
};

describe.each(['penguins', 'cars'])('the audit of %s', (name) => {
  it('is silent over 20 seeds of the split', { timeout: 120_000 }, async () => {
    for (let seed = 0; seed < 20; seed += 1) expect(await audit(halve(setOf(name), seed))).toEqual([]);
  });

  it.each([3, 20])('finds %i rows that are copied', async (rows) => {
    const [first] = await audit(copyRows(halve(setOf(name), 1), rows, 0));
    expect(first).toMatchObject({ kind: 'duplicate', certainty: 'certain', value: rows, between: ['train', 'test'] });
    expect(first?.evidence[0]).toHaveProperty('train');
  });

  it.each([0.001, 0.005])('finds rows that are copied and altered by %f standard deviations', async (jitter) => {
    const findings = await audit(copyRows(halve(setOf(name), 1), 10, jitter));
    expect(findings.map(({ kind }) => kind)).toContain('near-duplicate');
    expect(findings.map(({ kind }) => kind)).not.toContain('duplicate');
  });

  it.each([2, 10])('finds groups of %i rows on both sides', async (size) => {
    const random = stream(5);
    const grouped = addColumn(setOf(name), 'group', () => `g${random.int(Math.floor(300 / size))} of all`);
    const findings = await audit(halve(grouped, 1), { group: ['group'] });
    expect(findings[0]).toMatchObject({ kind: 'group', certainty: 'certain', column: 'group' });
    expect(findings[0]?.remedy).toBe('split with "group": "group"');
  });

  it.each([0, 0.9])('finds times that overlap, %f of the rows apart', async (share) => {
    const { header, train, test } = halve(setOf(name), 1);
    const whole = addColumn({ header, rows: train }, 'time', (row) => row);
    const later = addColumn({ header, rows: test }, 'time', (row) => share * train.ids.length + row);
    const findings = await audit({ header: whole.header, train: whole.rows, test: later.rows }, { time: 'time' });
    expect(findings[0]).toMatchObject({ kind: 'time', certainty: 'certain' });
  });

  it.each([0, 0.02])('finds a column that gives the target away, with noise of %f', async (noise) => {
    const whole = setOf(name);
    const target = codes(whole);
    const random = stream(3);
    const spread = Math.max(...target) - Math.min(...target);
    const leaking = addColumn(whole, 'proxy', (row) => 2 * (target[row] as number) + noise * spread * random.normal());
    const findings = await audit(halve(leaking, 1));
    expect(findings.filter(({ kind }) => kind === 'target-proxy')).toMatchObject([{ column: 'proxy' }]);
  });

  it.each(['number', 'text'])('finds an identifier: a %s', async (kind) => {
    const random = stream(9);
    const serial = addColumn(setOf(name), 'serial', (row) =>
      kind === 'number' ? 1_000 + row : random.uint32().toString(16),
    );
    const findings = await audit(halve(serial, 1));
    expect(findings.filter((finding) => finding.kind === 'identifier')).toMatchObject([{ column: 'serial' }]);
  });

  it('finds what tells test from train, and the column that drifts', async () => {
    const { header, train, test } = halve(setOf(name), 1);
    const numeric = header.columns.find(({ kind, name: column }) => kind === 'number' && column !== header.target)
      ?.name as string;
    const values = (test.columns.get(numeric) as NumberData).values.map((value) => value * 1.2);
    const drifted = { ...test, columns: new Map([...test.columns, [numeric, { kind: 'number' as const, values }]]) };
    const kinds = await kindsIn({ header, train, test: drifted });
    expect(kinds).toEqual(expect.arrayContaining(['drift', 'adversary']));
  });
});
