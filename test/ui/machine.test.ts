import { expect, test } from 'vitest';
import { verdictOf } from '../../src/machine/sampler/verdict.ts';
import type { RunEvent } from '../../src/types/events.ts';
import { hardwareFacts } from '../../src/ui/hardware-facts.ts';
import { renderRunPage } from '../../src/ui/page/run-page.ts';
import { createReporter } from '../../src/ui/reporter.ts';
import { checkPage, textOf } from '../page/check-html.ts';
import { machinePage } from './machine.ts';
import { mnistPage } from './runs.ts';

// What people see of the machine: on the run's page, and in one line below the stage.

const linksTo = () =>
  [...machinePage.stageRuns.values()].flatMap(({ outs }) =>
    outs.map(({ path }) => path.replace('artifacts/mnist/', '')),
  );

test('the page shows how busy the machine was, how steps divide, the verdict, the remedy and the cost', async () => {
  const page = await renderRunPage(machinePage);
  checkPage(page, linksTo());
  const text = textOf(page);
  expect(text).toContain('What the machine did');
  expect(text).toContain(
    'input-bound: 52 % of the steps&#39; 37.5 s went by waiting for data; the GPU was idle for 14.5 s of 41.5 s, which cost 0.0077 USD.',
  );
  expect(text).toContain('What helps: do once what is the same in every epoch');
  expect(text).toContain(
    '1,266 steps of together 37.5 s divide waiting for data 19.4 s · 52 % transfer 1.1 s · 3 % computing 16.2 s · 43 %',
  );
  expect(text).toContain('44 % of 41.5 s (tenth, median, nine tenths: 0 %, 48 %, 93 %), idle for 14.5 s');
  expect(text).toContain('memory at most 3.4 GB of 85.5 GB, 241 W (most 388 W), at most 51 °C');
  expect(text).toContain('1.25 of 8 cores busy (median 1.10, most 3.90), 52.3 s of processor time');
  expect(text).toContain('The whole run 44.3 s 0.023 USD Saved by the cache 12.3 s 0.0065 USD');
  expect(text).toContain('train 41.8 s 0.022 USD');
});

test('a page without readings and prices speaks of neither', async () => {
  const text = textOf(await renderRunPage(mnistPage));
  expect(text).not.toContain('What the machine did');
  expect(text).not.toContain('Cost');
});

test('what a stage of an earlier run took is shown without what it would have cost here', async () => {
  const earlier = new Map(
    [...machinePage.stageRuns].map(([digest, record]) => [digest, { ...record, run: '2026-11-20T01-02-03-0001' }]),
  );
  const text = textOf(await renderRunPage({ ...machinePage, stageRuns: earlier }));
  expect(text).toContain('as it was in run 2026-11-20T01-02-03-0001');
  expect(text).toContain('the GPU was idle for 14.5 s of 41.5 s.');
});

test('a nvidia-smi that told nothing is named', () => {
  const record = [...machinePage.stageRuns.values()].find(({ stage }) => stage === 'train')!;
  const unread = { seconds: 3, interval: 0.5, every: 0.5, gpusUnread: 'nvidia-smi ended with exit code 18' };
  expect(hardwareFacts({ ...record, hardware: unread })).toContainEqual(['GPU', 'nvidia-smi ended with exit code 18']);
});

const linesOf = (verdict: NonNullable<ReturnType<typeof verdictOf>>): readonly string[] => {
  const event: RunEvent = {
    ...{ type: 'stage-ended', stage: 'train', state: 'ran', because: ['it has never run'], seconds: 2 },
    ...{ savedSeconds: 0, summary: 'epoch 1 of 1', verdict },
  };
  let text = '';
  const stream = { write: (piece: string) => (text += piece) };
  createReporter({ kind: 'plain', stream, color: false, now: () => 0 }).event(event);
  return text.trimEnd().split('\n');
};

test('a stage that was held up says so in one line', () => {
  const step = { count: 9, data: 30, transfer: 0, compute: 10, rest: 0 };
  const lines = linesOf(verdictOf({ telemetry: { step } })!);
  expect(lines).toHaveLength(3);
  expect(lines[2]!.trim()).toBe("input-bound: 75 % of the steps' 40.0 s went by waiting for data");
});

test('one that computed says nothing of it', () => {
  const step = { count: 9, data: 0, transfer: 0, compute: 10, rest: 0 };
  expect(linesOf(verdictOf({ telemetry: { step } })!)).toHaveLength(2);
});
