import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type TableColumn, writeTable } from '../../src/learn/data/table.ts';
import { isGate } from '../../src/learn/generated/gate.js';
import { wilson } from '../../src/learn/metrics/interval.ts';
import type { Gate } from '../../src/types/generated/gate.ts';
import { run } from '../../stages/gate/run.ts';
import { makeFolder, runStage, type StageInputs, type StageOutcome } from './context.ts';

let folder: Awaited<ReturnType<typeof makeFolder>>;
beforeAll(async () => {
  folder = await makeFolder();
});
afterAll(() => folder.remove());

const actual = Array.from({ length: 200 }, (_, row) => (row % 2 === 0 ? 'a' : 'b'));

/** The evaluation and the predictions of a model that is wrong for the first so many of the examples. */
const model = async (name: string, wrong: number, ids = (row: number) => `id-${row}`) => {
  const predicted = actual.map((label, row) => (row < wrong ? (label === 'a' ? 'b' : 'a') : label));
  const evaluation = {
    ...{ format: 'stemma-evaluation-v1', kind: 'classification', rows: 200, target: 'y', classes: ['a', 'b'] },
    metrics: { accuracy: wilson(1 - wrong / 200, 200) },
    ...{ per_class: [], confusion: [], wrong_rows: wrong, wrong: [] },
    baseline: { name: 'majority', answer: 'a', metrics: { accuracy: 0.5 } },
  };
  const columns: TableColumn[] = [
    { name: 'id', type: 'string', values: actual.map((_, row) => ids(row)) },
    { name: 'actual', type: 'string', values: actual },
    { name: 'predicted', type: 'string', values: predicted },
  ];
  const [file, table] = [join(folder.path, `${name}.json`), join(folder.path, `${name}.parquet`)];
  await writeFile(file, JSON.stringify(evaluation));
  await writeTable(table, columns);
  return { evaluation: file, predictions: table };
};

const judged = async (inputs: Omit<StageInputs, 'type'>): Promise<StageOutcome & { readonly gate: Gate }> => {
  const outcome = await runStage(run, folder.path, { type: 'gate', ...inputs });
  const gate: unknown = JSON.parse(await readFile(outcome.outs['verdict']!, 'utf8'));
  if (!isGate(gate)) throw new Error(`gate.json is not of its format: ${JSON.stringify(isGate.errors)}`);
  return { ...outcome, gate };
};

describe('gate', () => {
  it('accepts, and tells the runner and people so', async () => {
    const { evaluation } = await model('good', 4);
    const outcome = await judged({
      deps: { evaluation },
      params: { require: { accuracy: { min: 0.94, by: 'worst' } } },
    });
    expect(outcome.gate).toMatchObject({
      accepted: true,
      compared: 'not asked',
      conditions: [{ found: { value: 0.98 }, outcome: 'passed' }],
    });
    expect(outcome.verdict).toEqual({ accepted: true, reasons: [] });
    expect(outcome.summary).toBe('accepted: 1 condition kept');
  });

  it('refuses with its reasons, which go to the runner too', async () => {
    const { evaluation } = await model('bad', 40);
    const outcome = await judged({ deps: { evaluation }, params: { require: { accuracy: { min: 0.95 } } } });
    expect(outcome.verdict).toEqual({ accepted: false, reasons: outcome.gate.reasons });
    expect(outcome.gate.reasons).toEqual([
      expect.stringMatching(/^accuracy is 0\.800 \[0\.\d+, 0\.\d+\]; at least 0\.95 was asked for$/),
    ]);
    expect(outcome.summary).toBe('refused: 1 of 1 condition not kept');
  });

  it('compares two models example by example where it has both predictions, and so sees what intervals hide', async () => {
    const [candidate, before] = [await model('one', 30), await model('two', 20)];
    const params = { change: { accuracy: { max_drop: 0, by: 'best' } } };
    const deps = { evaluation: candidate.evaluation, accepted: before.evaluation };
    const alone = await judged({ deps, params });
    expect(alone.gate.conditions).toMatchObject([{ method: 'intervals', outcome: 'passed' }]);
    const both = await judged({
      deps: { ...deps, predictions: candidate.predictions, accepted_predictions: before.predictions },
      params,
    });
    expect(both.gate.conditions).toMatchObject([
      { method: 'paired', outcome: 'failed', found: { value: expect.closeTo(-0.05, 12) } },
    ]);
    expect(both.gate.remarks).toEqual([]);
  });

  it('goes back to intervals where the examples are others, and says why', async () => {
    const [candidate, before] = [await model('three', 30), await model('four', 30, (row) => `id-${row + 5}`)];
    const { gate } = await judged({
      deps: {
        ...{ evaluation: candidate.evaluation, accepted: before.evaluation },
        ...{ predictions: candidate.predictions, accepted_predictions: before.predictions },
      },
      params: { change: { accuracy: { max_drop: 0.1 } } },
    });
    expect(gate.conditions).toMatchObject([{ method: 'intervals' }]);
    expect(gate.remarks).toEqual([
      "the two models were compared by their intervals: they were measured on other examples: 5 examples of the candidate's are new, and 5 examples of the accepted model's are gone",
    ]);
  });

  it('judges costs, and their change', async () => {
    const { evaluation } = await model('costly', 4);
    const [costs, before] = [join(folder.path, 'costs.json'), join(folder.path, 'costs-before.json')];
    await writeFile(costs, '{ "format": "stemma-costs-v1", "metrics": { "size_bytes": 3000 } }');
    await writeFile(before, '{ "format": "stemma-costs-v1", "metrics": { "size_bytes": 1000 } }');
    const params = { require: { size_bytes: { max: 4000 } }, change: { size_bytes: { max_rise: 1000 } } };
    const deps = { evaluation, costs, accepted: evaluation, accepted_costs: before };
    expect((await judged({ deps, params })).gate.reasons).toEqual([
      'size_bytes: 1000 → 3000, +2000; a rise of at most 1000 was asked for',
    ]);
  });

  it('judges no change before a model was accepted, and asks for the predictions of both models', async () => {
    const { evaluation, predictions } = await model('lone', 4);
    const params = { change: { accuracy: { max_drop: 0 } } };
    const first = await judged({ deps: { evaluation }, absent: ['accepted'], params });
    expect(first.gate).toMatchObject({ accepted: true, compared: 'nothing accepted' });
    await expect(
      judged({ deps: { evaluation, accepted: evaluation, accepted_predictions: predictions }, params }),
    ).rejects.toThrow('not those of the candidate');
  });

  it('asks the same of every part of every slicing', async () => {
    const { evaluation } = await model('sliced', 4);
    const parts = [
      { value: 'Biscoe', rows: 150, metrics: { accuracy: wilson(1, 150) } },
      { value: 'Dream', rows: 50, metrics: { accuracy: wilson(0.92, 50) } },
    ];
    const whole = JSON.parse(await readFile(evaluation, 'utf8')) as object;
    await writeFile(evaluation, JSON.stringify({ ...whole, slices: [{ name: 'island', parts }] }));
    const { gate } = await judged({ deps: { evaluation }, params: { slices: { accuracy: { min: 0.95 } } } });
    expect(gate.conditions).toMatchObject([
      { slice: 'island: Biscoe', outcome: 'passed' },
      { slice: 'island: Dream', outcome: 'failed' },
    ]);
    expect(gate.reasons).toEqual([expect.stringMatching(/^accuracy on island: Dream is 0\.920 \[/)]);
  });

  it('asks of one class what the evaluation says of it', async () => {
    const { evaluation } = await model('classes', 4);
    const row = (name: string, recall: number) => ({
      ...{ class: name, support: 100, precision: wilson(0.9, 100), recall: wilson(recall, 100), f1: null },
    });
    const whole = JSON.parse(await readFile(evaluation, 'utf8')) as object;
    await writeFile(evaluation, JSON.stringify({ ...whole, per_class: [row('a', 0.99), row('b', 0.7)] }));
    const { gate, verdict } = await judged({
      deps: { evaluation },
      params: { classes: { b: { recall: { min: 0.9 } }, a: { recall: { min: 0.9, by: 'worst' } } } },
    });
    expect(verdict).toMatchObject({ accepted: false });
    expect(gate.reasons).toEqual([expect.stringMatching(/^recall of class "b" is 0\.700 \[/)]);
    const unknown = judged({ deps: { evaluation }, params: { classes: { c: { recall: { min: 0.9 } } } } });
    await expect(unknown).rejects.toThrow(/it has "a"(, | and )"b"/);
  });

  it('gives the same bytes for the same deps', async () => {
    const [candidate, before] = [await model('five', 30), await model('six', 20)];
    const inputs = {
      deps: {
        ...{ evaluation: candidate.evaluation, accepted: before.evaluation },
        ...{ predictions: candidate.predictions, accepted_predictions: before.predictions },
      },
      params: { change: { accuracy: { max_drop: 0.1 } } },
    };
    const [one, other] = [await judged(inputs), await judged(inputs)];
    expect(await readFile(one.outs['verdict']!)).toEqual(await readFile(other.outs['verdict']!));
  });
});
