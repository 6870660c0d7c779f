import { spawn } from 'node:child_process';
import { chmodSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { startSampler } from '../../src/machine/sampler/sampler.ts';
import type { Report } from '../report.ts';
import { freshFolder, type Settings } from '../settings.ts';
import { figureOf } from '../side-by-side.ts';

/** What it costs to watch a stage: processor time of the program that samples, for each second of the stage. */
export const sampler = async (settings: Settings): Promise<Report> => {
  const folder = freshFolder(settings, 'sampler');
  const environment = withNvidiaSmi(folder);
  const stage = spawn(process.execPath, ['-e', busyStage], { detached: true, stdio: 'ignore' });
  const seconds = settings.quick ? 1 : 8;
  const [without, spent]: [Spent[], Spent[]] = [[], []];
  try {
    for (let round = settings.quick ? 0 : -1; round < (settings.quick ? 1 : 5); round += 1) {
      const idle = await watch(seconds, () => undefined);
      const sampling = await watch(seconds, () =>
        startSampler({ group: stage.pid!, environment, visibleGpus: undefined }),
      );
      if (round < 0) continue;
      without.push(idle);
      spent.push(sampling);
    }
  } finally {
    process.kill(-stage.pid!, 'SIGKILL');
  }
  return {
    title: 'Sampling a stage',
    figures: [
      figureOf(
        spent.map(({ aSecond }, round) => aSecond - without[round]!.aSecond),
        { what: 'processor time of a second of sampling', unit: 'ms', bar: { atMost: 10 } },
      ),
      figureOf(
        spent.map(({ around }, round) => around - without[round]!.around),
        { what: 'processor time of its start and end, once a stage', unit: 'ms' },
      ),
      figureOf(
        without.map(({ aSecond }) => aSecond),
        { what: 'a second of the same program waiting, taken off', unit: 'ms' },
      ),
    ],
    notes: [
      'A stage of three processes, read twice a second from /proc, with a stand-in for nvidia-smi that prints two GPUs ' +
        'as often. 10 ms of a second are 1 % of one core. What nvidia-smi itself takes is not in it.',
    ],
  };
};

/** Milliseconds of processor time that this process takes. */
interface Spent {
  readonly aSecond: number;
  /** For the start and the end together. */
  readonly around: number;
}

const watch = async (
  seconds: number,
  start: () => { readonly end: () => Promise<unknown> } | undefined,
): Promise<Spent> => {
  const times = [process.cpuUsage()];
  const running = start();
  await setTimeout(400);
  times.push(process.cpuUsage());
  await setTimeout(seconds * 1000);
  times.push(process.cpuUsage());
  await running?.end();
  times.push(process.cpuUsage());
  const [start1, begun, ending, ended] = times.map(({ user, system }) => (user + system) / 1000) as [
    number,
    number,
    number,
    number,
  ];
  return { aSecond: (ending - begun) / seconds, around: begun - start1 + (ended - ending) };
};

const busyStage = `
const { spawn } = require('node:child_process');
for (let i = 0; i < 2; i += 1) spawn(process.execPath, ['-e', 'setInterval(() => {}, 1e6)'], { stdio: 'ignore' });
setInterval(() => { for (const until = performance.now() + 50; performance.now() < until; ); }, 100);`;

const withNvidiaSmi = (folder: string): Readonly<Record<string, string | undefined>> => {
  const line = (index: number) =>
    `2026/11/20 14:02:07.118, ${index}, NVIDIA H100 80GB HBM3, 97, 18944, 81559, 590.60, 61`;
  const file = join(folder, 'nvidia-smi');
  writeFileSync(file, `#!/bin/sh\nwhile :; do echo "${line(0)}"; echo "${line(1)}"; sleep 0.5; done\n`);
  chmodSync(file, 0o755);
  return { ...process.env, PATH: [folder, process.env['PATH']].join(delimiter) };
};
