import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { writeLarge } from '../data.ts';
import { call, callQuietly } from '../processes.ts';
import type { Figure, Report } from '../report.ts';
import { freshFolder, type Settings, stemma } from '../settings.ts';
import { figureOf, ratios, sideBySide } from '../side-by-side.ts';

/** Putting outs of 1 GiB back from the store, each byte hashed on its way, against `cp`. */
export const restoring = (settings: Settings): Report => {
  const bytes = settings.quick ? 1 << 20 : 1 << 30;
  const project = freshFolder(settings, 'restoring');
  writeProject(project, bytes);
  return {
    title: `Restoring ${settings.quick ? '1 MiB' : '1 GiB'}`,
    figures: (['file', 'folder'] as const).flatMap((kind) => measure(kind, { project, bytes, settings })),
    notes: ['Whole processes. cp copies the same bytes on the same file system and checks none of them.'],
  };
};

interface Subject {
  readonly project: string;
  readonly bytes: number;
  readonly settings: Settings;
}

const measure = (kind: 'file' | 'folder', { project, bytes, settings }: Subject): Figure[] => {
  const argv = stemma(settings, 'run', kind);
  call(argv, { cwd: project });
  const outs = join(project, 'artifacts', kind);
  const copy = join(project, 'copy');
  const timings = sideBySide(
    [
      {
        name: 'Stemma',
        prepare: () => rmSync(outs, { recursive: true, force: true }),
        run: () => callQuietly(argv, { cwd: project }),
      },
      {
        name: 'cp',
        prepare: () => rmSync(copy, { recursive: true, force: true }),
        run: () => callQuietly(['cp', '-R', outs, copy], { cwd: project }),
      },
    ],
    settings.quick ? 1 : 5,
  );
  const name = kind === 'file' ? 'one file' : '1,000 files';
  const rate = (seconds: readonly number[]) => seconds.map((value) => bytes / 1e6 / value);
  return [
    ...[...timings].map(([who, seconds]) => figureOf(rate(seconds), { what: `${name}: ${who}`, unit: 'MB/s' })),
    figureOf(ratios(timings, 'cp', 'Stemma'), { what: `${name}: Stemma / cp`, unit: 'times' }),
  ];
};

/** Stages that copy what lies in the project, so that the bytes are the same each time. */
const writeProject = (project: string, bytes: number): void => {
  mkdirSync(join(project, 'pipelines'));
  mkdirSync(join(project, 'data', 'folder'), { recursive: true });
  writeLarge(join(project, 'data', 'file'), bytes, 1);
  for (let i = 0; i < 1000; i++) writeLarge(join(project, 'data', 'folder', String(i)), Math.floor(bytes / 1000), i);
  for (const kind of ['file', 'folder'])
    writeFileSync(join(project, 'pipelines', `${kind}.json`), JSON.stringify(pipelineOf(kind)));
};

const pipelineOf = (kind: string) => ({
  name: kind,
  stages: {
    copy: {
      run: ['cp', '-R', '{deps.from}', '{outs.to}'],
      deps: { from: { path: `data/${kind}` } },
      outs: { to: 'to' },
    },
  },
});
