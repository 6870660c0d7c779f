import { appendFileSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Gate } from '../../src/types/generated/gate.ts';
import { run, runWell, stemma } from '../rig/kept.ts';
import { createProject, type TestProject } from '../rig/project.ts';
import { type Run, recordOf, stageRunOf } from '../rig/stemma.ts';
import { snapshot, storeProblems } from '../rig/store.ts';
import { publishedOf, writeGated } from './project.ts';

const verdictIn = ({ read }: TestProject): Gate => JSON.parse(read('artifacts/p/gate/gate.json')) as Gate;

const endOf = ({ events }: Run) => {
  const last = events.at(-1);
  if (last?.type !== 'run-ended') throw new Error('the run did not end');
  return last;
};

describe('a run whose gate accepts', () => {
  it('publishes what the gate was given, and a second one has nothing to do', async () => {
    const here = createProject();
    writeGated(here, { accuracy: 0.9 });
    const first = await runWell(here);
    expect(recordOf(here, first)).toMatchObject({
      outcome: 'succeeded',
      gate: {
        stage: 'gate',
        accepted: true,
        reasons: [],
        outs: [{ path: 'evaluation.json' }, { path: 'gate.json' }, { path: 'model' }],
      },
    });
    expect(endOf(first)).toMatchObject({
      outcome: 'succeeded',
      gate: { accepted: true, published: 'artifacts/p/accepted' },
    });
    expect(stageRunOf(here, first, 'gate').gate).toEqual({ accepted: true, reasons: [] });
    expect(verdictIn(here)).toMatchObject({
      accepted: true,
      compared: 'nothing accepted',
      conditions: [{ outcome: 'not judged' }],
    });
    const published = publishedOf(here)!;
    expect(published).toMatchObject({ weights: '0.9', accepted: { pipeline: 'p', run: recordOf(here, first).run } });
    expect(published.accepted.outs.map(({ from }) => from)).toEqual([
      'evaluate.evaluation',
      'gate.verdict',
      'train.model',
    ]);

    const second = await runWell(here);
    expect(second.states).toEqual({ train: 'up to date', evaluate: 'up to date', gate: 'up to date' });
    expect(recordOf(here, second)).toMatchObject({ outcome: 'succeeded', gate: { accepted: true } });
    expect(publishedOf(here)).toEqual(published);
    expect(storeProblems(here.root)).toEqual([]);
  });

  it('is held against the last accepted one whose model is another, also when it comes again', async () => {
    const here = createProject();
    writeGated(here, { accuracy: 0.9 });
    await runWell(here);
    writeGated(here, { accuracy: 0.95 });
    await runWell(here);
    expect(verdictIn(here)).toMatchObject({
      compared: 'accepted',
      conditions: [{ before: { value: 0.9 }, candidate: { value: 0.95 }, method: 'intervals', outcome: 'passed' }],
    });
    expect((await runWell(here)).states['gate']).toBe('up to date');
    expect(publishedOf(here)!.weights).toBe('0.95');
    // The old one stays for those who have it open.
    expect(readdirSync(join(here.root, 'artifacts/p/.accepted'))).toHaveLength(2);
    writeGated(here, { accuracy: 0.96 });
    await runWell(here);
    expect(readdirSync(join(here.root, 'artifacts/p/.accepted'))).toHaveLength(2);
    expect(publishedOf(here)!.weights).toBe('0.96');
  });

  it('is the same candidate where its evaluation alone is made anew', async () => {
    const here = createProject();
    writeGated(here, { accuracy: 0.9 });
    await runWell(here);
    appendFileSync(join(here.root, 'evaluate.sh'), 'echo " " >> $2\n');
    const again = await runWell(here);
    expect(again.states).toEqual({ train: 'up to date', evaluate: 'ran', gate: 'ran' });
    expect(verdictIn(here).compared).toBe('nothing accepted');
    // What is published has the new evaluation.
    expect(publishedOf(here)!.accepted.run).toBe(recordOf(here, again).run);
  });
});

describe('a run whose gate refuses', () => {
  it('ends with 1 and its reason, publishes nothing, and does so again when nothing is executed', async () => {
    const here = createProject();
    writeGated(here, { accuracy: 0.9 });
    await runWell(here);
    const published = publishedOf(here);
    writeGated(here, { accuracy: 0.8 });
    const reason =
      'accuracy: 0.900 [0.900, 0.900] → 0.800 [0.800, 0.800], −0.100 [−0.100, −0.100]; no fall was asked for';
    const refused = await run(here);
    expect(refused).toMatchObject({ exitCode: 1, states: { train: 'ran', evaluate: 'ran', gate: 'ran' } });
    expect(endOf(refused)).toMatchObject({ outcome: 'refused', gate: { accepted: false, reasons: [reason] } });
    expect(recordOf(here, refused)).toMatchObject({ outcome: 'refused', gate: { accepted: false, reasons: [reason] } });
    expect(publishedOf(here)).toEqual(published);

    const again = await run(here);
    expect(again).toMatchObject({
      exitCode: 1,
      states: { train: 'up to date', evaluate: 'up to date', gate: 'up to date' },
    });
    expect(endOf(again)).toMatchObject({ outcome: 'refused', gate: { reasons: [reason] } });
    rmSync(join(here.root, 'artifacts/p'), { recursive: true });
    const restored = await stemma(here, ['run']);
    expect(restored.exitCode).toBe(1);
    expect(restored.stderr).toContain(`refused: ${reason}\n`);
    expect(restored.stderr).toMatch(/\nrefused: 3 restored in /);
    // What was accepted before was taken away with all else, and stands again.
    expect(publishedOf(here)).toEqual(published);
    expect(here.read('artifacts/p/run.html')).toContain('Refused');

    expect((await stemma(here, ['runs'])).stdout).toMatch(/ accepted [\s\S]* refused [\s\S]* refused /);
    expect((await stemma(here, ['show', 'last'])).stdout).toContain(reason);
    expect((await stemma(here, ['audit'])).exitCode).toBe(0);
    expect(storeProblems(here.root)).toEqual([]);
  });

  it('goes by thresholds too, and tells each that is not kept', async () => {
    const here = createProject();
    writeGated(here, { accuracy: 0.9, params: { require: { accuracy: { min: 0.95, max: 0.5 } } } });
    const refused = await run(here);
    expect(refused.exitCode).toBe(1);
    expect(recordOf(here, refused).gate?.reasons).toEqual([
      'accuracy is 0.900 [0.900, 0.900]; at least 0.95 was asked for',
      'accuracy is 0.900 [0.900, 0.900]; at most 0.5 was asked for',
    ]);
    expect(publishedOf(here)).toBeUndefined();
  });
});

describe('what was accepted', () => {
  it('is what other pipelines get, and a refused candidate is not', async () => {
    const here = createProject();
    writeGated(here, { accuracy: 0.9 });
    here.pipeline(
      {
        stages: {
          use: {
            run: 'cat {deps.model}/weights > {outs.o}',
            deps: { model: { pipeline: 'p', out: 'train.model' } },
            outs: { o: 'o' },
          },
        },
      },
      'q',
    );
    const early = await stemma(here, ['run', 'q']);
    expect(early.exitCode).toBe(2);
    expect(early.stderr).toContain('no run of p has been accepted yet');
    await runWell(here, ['p']);
    await runWell(here, ['q']);
    writeGated(here, { accuracy: 0.8 });
    expect((await run(here, ['p'])).exitCode).toBe(1);
    expect((await runWell(here, ['q'])).states).toEqual({ use: 'up to date' });
    expect(here.read('artifacts/q/use/o')).toBe('0.9\n');
    writeGated(here, { accuracy: 0.95 });
    await runWell(here, ['p']);
    expect((await runWell(here, ['q'])).states).toEqual({ use: 'ran' });
    expect(here.read('artifacts/q/use/o')).toBe('0.95\n');
  });

  it('outlives gc, and is recognized by trace', async () => {
    const here = createProject();
    writeGated(here, { accuracy: 0.9 });
    const first = await runWell(here);
    for (const accuracy of [0.8, 0.7]) {
      writeGated(here, { accuracy });
      expect((await run(here)).exitCode).toBe(1);
    }
    const gc = await stemma(here, ['gc', '--keep-runs', '1']);
    expect(gc.stdout).toContain('accepted');
    rmSync(join(here.root, 'artifacts/p'), { recursive: true });
    expect((await run(here)).exitCode).toBe(1);
    expect(publishedOf(here)!.weights).toBe('0.9');
    const trace = await stemma(here, ['trace', 'artifacts/p/accepted/model']);
    expect(trace.stdout).toContain(recordOf(here, first).run);
    expect(trace.exitCode).toBe(0);
  });

  it('is put back by the next run, and told of by an audit, where somebody touched it', async () => {
    const here = createProject();
    writeGated(here, { accuracy: 0.9 });
    await runWell(here);
    expect((await stemma(here, ['audit'])).exitCode).toBe(0);
    const right = snapshot(join(here.root, 'artifacts/p/accepted'));
    for (const touch of [
      () => here.write('artifacts/p/accepted/model/weights', '0.99\n'),
      () => here.write('artifacts/p/accepted/accepted.json', '{}'),
      () => here.write('artifacts/p/accepted/more.txt', 'x'),
      () => rmSync(join(here.root, 'artifacts/p/accepted/evaluation.json')),
    ]) {
      touch();
      const audit = await stemma(here, ['audit']);
      expect(audit.exitCode).toBe(1);
      expect(audit.stdout).toContain('published-changed');
      const { exitCode } = await run(here);
      expect(exitCode).toBe(0);
      expect(snapshot(join(here.root, 'artifacts/p/accepted'))).toEqual(right);
    }
    expect((await stemma(here, ['audit'])).exitCode).toBe(0);
  });

  it('does not depend on the ledger, which is made again from the records', async () => {
    const here = createProject();
    writeGated(here, { accuracy: 0.9 });
    await runWell(here);
    const ledger = here.read('artifacts/.store/accepted-v1/p.json');
    for (const damage of [
      () => rmSync(join(here.root, 'artifacts/.store/accepted-v1'), { recursive: true }),
      () => here.write('artifacts/.store/accepted-v1/p.json', ledger.replace('0', '1')),
    ]) {
      damage();
      writeGated(here, { accuracy: 0.8 });
      expect((await run(here)).exitCode).toBe(1);
      expect(publishedOf(here)!.weights).toBe('0.9');
    }
  });
});
