import { cpSync, existsSync, readFileSync, renameSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { RunRecord } from '../../src/types/generated/run.ts';
import { filesBelow } from '../rig/store.ts';
import { createHistory, everything, type TestHistory } from './history.ts';

// The index is derived: whatever happens to it, its answers are those of the records.

const runFile = ({ store }: TestHistory, run: string) => join(store, 'records-v1/runs', `${run}.json`);

describe('the index', () => {
  it('has a short row a run, as its record says', async () => {
    const history = createHistory(30);
    const { answer: runs } = await history.ask((index) => index.runs());
    expect(runs.map(({ run }) => run)).toEqual(history.names);
    const record = JSON.parse(readFileSync(runFile(history, history.names[13]!), 'utf8')) as RunRecord;
    expect(record.outcome).toBe('failed');
    expect(runs[13]).toMatchObject({
      pipeline: 'digits',
      outcome: 'failed',
      states: { 'up to date': 5, failed: 1, skipped: 2 },
    });
    expect(Object.keys(runs[14]!.metrics)).toEqual(['accuracy', 'macro_f1']);
    expect(JSON.stringify(runs).length / runs.length).toBeLessThan(400);
  });

  it('is the same whether it grew run by run or was made at once', async () => {
    const history = createHistory(20);
    await history.ask((index) => index.runs());
    for (const runs of [21, 30]) {
      history.grow(runs);
      await history.ask((index) => index.runs());
    }
    const grown = await history.ask(everything);
    const again = await history.ask(everything, { rebuild: true });
    expect(grown.answer.runs).toHaveLength(30);
    expect(grown.answer).toEqual(again.answer);
    expect([...grown.told, ...again.told]).toEqual([]);
  });

  it('is written by nobody who finds it up to date', async () => {
    const history = createHistory(5);
    await history.ask(everything);
    const folder = join(history.store, 'index-v1');
    const before = filesBelow(folder).map((file) => readFileSync(join(folder, file), 'latin1'));
    const locks = join(history.store, 'locks-v1');
    rmSync(locks, { recursive: true });
    await history.ask(everything);
    expect(filesBelow(folder).map((file) => readFileSync(join(folder, file), 'latin1'))).toEqual(before);
    expect(existsSync(locks)).toBe(false);
  });

  it('of two that bring it up to date at once, both are right', async () => {
    const history = createHistory(40);
    const both = await Promise.all([history.ask(everything), history.ask(everything)]);
    expect(both[0].answer).toEqual(both[1].answer);
    expect(both[0].answer.runs).toHaveLength(40);
  });
});

describe('a damaged index', () => {
  const damages: readonly (readonly [string, (file: string) => void])[] = [
    ['missing', (file) => rmSync(file)],
    ['damaged', (file) => truncateSync(file, 100)],
    ['damaged', (file) => writeFileSync(file, flipped(readFileSync(file)))],
  ];
  const flipped = (bytes: Buffer): Buffer => {
    bytes[bytes.length >> 1]! ^= 4;
    return bytes;
  };

  it('is made again, file by file, by name', async () => {
    const history = createHistory(10);
    const folder = join(history.store, 'index-v1');
    const { answer: sound } = await history.ask(everything);
    const files = filesBelow(folder);
    const isShard = (file: string) => file.startsWith('digests/');
    const chosen = [...files.filter((file) => !isShard(file)), ...files.filter(isShard).slice(0, 2)];
    expect(chosen).toHaveLength(8);
    for (const file of chosen)
      for (const [how, damage] of damages) {
        damage(join(folder, file));
        const { answer, told } = await history.ask(everything);
        expect(told).toEqual([`artifacts/.store/index-v1/${file} is ${how}: the lineage index is made again`]);
        expect(answer).toEqual(sound);
      }
  });

  it('with a file from another time is noticed too', async () => {
    const history = createHistory(10);
    await history.ask(everything);
    const file = join(history.store, 'index-v1/stage-runs.packed');
    cpSync(file, join(history.root, 'older'));
    history.grow(20);
    const { answer: sound } = await history.ask(everything);
    renameSync(join(history.root, 'older'), file);
    const { answer, told } = await history.ask(everything);
    expect(told).toEqual([
      'artifacts/.store/index-v1/stage-runs.packed is out of step: the lineage index is made again',
    ]);
    expect(answer).toEqual(sound);
  });
});

describe('records that', () => {
  it('are gone are told, and their rows go', async () => {
    const history = createHistory(10);
    await history.ask(everything);
    rmSync(runFile(history, history.names[4]!));
    const { answer, told } = await history.ask(everything);
    expect(told).toEqual([`the record of run ${history.names[4]} is gone: the lineage index is made again without`]);
    expect(answer.runs.map(({ run }) => run)).toEqual(history.names.filter((_, i) => i !== 4));
    expect((await history.ask(everything)).told).toEqual([]);
  });

  it('are damaged are named and left out, until they can be read again', async () => {
    const history = createHistory(10);
    const whole = readFileSync(runFile(history, history.names[8]!));
    for (const text of [
      '{',
      'null',
      '{"format":"stemma-run-v1"}',
      whole.toString().replace('"digits"', '"../../digits"'),
      '',
    ]) {
      writeFileSync(runFile(history, history.names[8]!), text);
      const { answer, told } = await history.ask((index) => index.runs().length);
      expect([answer, ...told]).toEqual([
        9,
        `artifacts/.store/records-v1/runs/${history.names[8]}.json cannot be read, and is left out`,
      ]);
    }
    writeFileSync(runFile(history, history.names[8]!), whole);
    expect((await history.ask((index) => index.runs().length)).answer).toBe(10);
  });

  it('are damaged stage runs leave their runs in', async () => {
    const history = createHistory(3);
    const folder = join(history.store, 'records-v1/stage-runs');
    const [file] = filesBelow(folder);
    const whole = readFileSync(join(folder, file!));
    writeFileSync(join(folder, file!), `${whole.toString()} `);
    const first = await history.ask(everything);
    expect(first.told).toEqual([`artifacts/.store/records-v1/stage-runs/${file} cannot be read, and is left out`]);
    expect(first.answer.runs).toHaveLength(3);
    writeFileSync(join(folder, file!), whole);
    const second = await history.ask(everything);
    expect(second.told).toEqual([]);
    expect(second.answer.stageRuns).toHaveLength(first.answer.stageRuns.length + 1);
  });
});

it("a run's own row survives the loss of the run that executed its stages", async () => {
  const history = createHistory(3);
  const { answer: before } = await history.ask(everything);
  rmSync(runFile(history, history.names[0]!));
  const { answer: after } = await history.ask(everything);
  // The first run executed ingest, which the others refer to.
  const ingest = after.stageRuns.find(({ stage }) => stage === 'ingest');
  expect(ingest?.run).toBe(history.names[0]);
  const clean = after.stageRuns.find(({ stage }) => stage === 'clean')!;
  expect(clean.inputs.find(({ name }) => name === 'examples')?.upstream).toBe(ingest!.stageRun);
  expect(new Set(after.stageRuns.map(({ stage }) => stage))).toEqual(
    new Set(before.stageRuns.map(({ stage }) => stage)),
  );
});
