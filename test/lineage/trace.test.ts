import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { StageRunTable } from '../../src/lineage/index/stage-run-table.ts';
import { type LineageGraph, traceDown, traceUp } from '../../src/lineage/trace.ts';
import type { RunRecord } from '../../src/types/generated/run.ts';
import type { StageRunRecord } from '../../src/types/generated/stage-run.ts';
import { createHistory, type TestHistory } from './history.ts';

/** Whether what is above and what is below agree for every pair. */
const disagreements = (graph: LineageGraph, count: number): string[] => {
  const numbers = Array.from({ length: count }, (_, number) => number);
  const up = numbers.map((number) => new Set(traceUp(graph, { madeBy: [number], usedBy: [] })));
  const down = numbers.map((number) => new Set(traceDown(graph, { madeBy: [], usedBy: [number] })));
  return numbers.flatMap((a) => numbers.flatMap((b) => (up[b]!.has(a) === down[a]!.has(b) ? [] : [`${a} above ${b}`])));
};

describe('what is above and what is below', () => {
  it('agree over all stage runs of a history', async () => {
    const { answer } = await createHistory(60).ask((index) => {
      const table = index.stageRuns();
      return { count: table.count, wrong: disagreements(table, table.count) };
    });
    expect(answer.count).toBeGreaterThan(150);
    expect(answer.wrong).toEqual([]);
  });

  it('agree in any graph, and each is visited once', () => {
    const graphs = fc.array(fc.array(fc.nat(), { maxLength: 4 }), { minLength: 1, maxLength: 20 });
    fc.assert(
      fc.property(graphs, (choices) => {
        // Above each stand some of those before it.
        const above = choices.map((chosen, i) => [...new Set(i === 0 ? [] : chosen.map((each) => each % i))]);
        const below = above.map((_, a) => above.flatMap((each, b) => (each.includes(a) ? [b] : [])));
        const graph: LineageGraph = {
          count: above.length,
          above: (number) => above[number]!,
          below: (number) => below[number]!,
        };
        expect(disagreements(graph, above.length)).toEqual([]);
        const all = traceUp(graph, { madeBy: above.map((_, i) => i), usedBy: [] });
        expect(all.toSorted((a, b) => a - b)).toEqual(above.map((_, i) => i));
      }),
    );
  });
});

/** The same question answered from the records alone: run by run, name by name. */
const aboveByRecords = ({ store }: TestHistory, stageRun: string): Set<string> => {
  const read = <Value>(path: string) => JSON.parse(readFileSync(join(store, 'records-v1', path), 'utf8')) as Value;
  const readStageRun = (digest: string) =>
    read<StageRunRecord>(`stage-runs/${digest.slice(7, 9)}/${digest.slice(9)}.json`);
  const found = new Set<string>();
  const visit = (digest: string): void => {
    if (found.has(digest)) return;
    found.add(digest);
    const { run, inputs } = readStageRun(digest);
    const { stages } = read<RunRecord>(`runs/${run}.json`);
    for (const { from } of inputs) {
      const above = stages.find(({ stage }) => from!.startsWith(`${stage}.`));
      if (above !== undefined) visit(above.stageRun!);
    }
  };
  visit(stageRun);
  return found;
};

const digestsOf = (table: StageRunTable, numbers: readonly number[]): Set<string> =>
  new Set(numbers.map((number) => table.get(number).stageRun));

describe('a trace upwards', () => {
  it('finds what the records say, for every stage run', async () => {
    const history = createHistory(25);
    await history.ask((index) => {
      const table = index.stageRuns();
      for (let number = 0; number < table.count; number++) {
        const { pipeline, stageRun } = table.get(number);
        if (pipeline !== 'digits') continue;
        const found = digestsOf(table, traceUp(table, { madeBy: [number], usedBy: [] }));
        expect(found).toEqual(aboveByRecords(history, stageRun));
      }
    });
  });

  it('goes on across pipelines by digest, to the stage run that made these bytes', async () => {
    await createHistory(20).ask((index) => {
      const table = index.stageRuns();
      const numbers = Array.from({ length: table.count }, (_, number) => number);
      const pack = numbers.findLast((number) => table.get(number).stage === 'pack')!;
      const [train] = table.above(pack);
      expect(table.get(train!)).toMatchObject({ pipeline: 'digits', stage: 'train' });
      expect(table.get(train!).outs.find(({ name }) => name === 'model')!.digest).toBe(
        table.get(pack).inputs[0]!.digest,
      );
      expect(table.below(train!)).toContain(pack);
    });
  });
});
