import { existsSync, lstatSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { suggest } from '../diagnostics/suggest.ts';
import { outPath } from '../plan/inputs.ts';
import { type Profiled, profileData } from '../run/profile-data.ts';
import { Interrupted } from '../store/lock.ts';
import type { Profile } from '../types/generated/profile.ts';
import type { ProfileSource } from '../types/profile-program.ts';
import { createPaint } from '../ui/paint.ts';
import { renderProfile, renderProfileColumn } from '../ui/profile-view.ts';
import { printable } from '../ui/text.ts';
import { interruptible } from './interrupt.ts';
import { checkStages, openPipeline, type PipelineOptions } from './pipeline-options.ts';
import { columnsOf, isLive, useColor } from './terminal.ts';
import { UserMistake } from './user-mistake.ts';

export interface ProfileCommandOptions extends PipelineOptions {
  /** Only this one, with all that is known of it. */
  readonly column?: string;
  /** Of raw data, the column to predict. */
  readonly target?: string;
  readonly sample: number;
}

/**
 * `stemma profile [PIPELINE] STAGE.OUT | FILE`: exit code 1 where the data cannot be read, 2 where there is no such
 * out or file.
 */
export const profile = async (words: readonly string[], options: ProfileCommandOptions): Promise<number> => {
  const into = mkdtempSync(join(tmpdir(), 'stemma-profile-'));
  const interrupt = interruptible();
  try {
    const asked = await sourceOf(words, { into, options });
    if (asked === undefined) return 2;
    const found = await profiled(asked.source, options.sample, interrupt.signal);
    if (found.kind === 'failed') return tellFailed(found);
    process.stdout.write(shown(asked.name, found.profile, options));
    return 0;
  } catch (error) {
    if (error instanceof Interrupted) return 130;
    throw error;
  } finally {
    interrupt.release();
    rmSync(into, { recursive: true, force: true });
  }
};

interface Asked {
  readonly name: string;
  readonly source: ProfileSource;
}

interface Asking {
  readonly into: string;
  readonly options: ProfileCommandOptions;
}

/** What stands at a path is meant before an out of that name; undefined where the pipeline has mistakes. */
const sourceOf = async (words: readonly string[], asking: Asking): Promise<Asked | undefined> => {
  if (words.length > 2)
    throw new UserMistake(`expected a pipeline and STAGE.OUT, or a file, found ${words.length} words`);
  const last = words.at(-1)!;
  if (words.length === 1 && existsSync(last)) return { name: last, source: sourceAt(resolve(last), asking) };
  const found = await outOf(words.length === 2 ? words[0] : undefined, last, asking);
  return found === undefined ? undefined : { name: last, source: sourceAt(found, asking) };
};

const sourceAt = (path: string, { into, options: { target } }: Asking): ProfileSource => {
  if (!statSync(path).isDirectory() || !existsSync(join(path, 'dataset.json')))
    return { kind: 'raw', path, into, ...(target !== undefined && { target }) };
  if (target !== undefined) throw new UserMistake('a data set has its target already', 'leave out --target');
  return { kind: 'dataset', folder: path };
};

/** Path of an out that stands in the workspace. */
const outOf = async (
  pipelineName: string | undefined,
  text: string,
  { options }: Asking,
): Promise<string | undefined> => {
  const [, stageName, outName] = /^([^./]+)\.([^./]+)$/.exec(text) ?? [];
  if (stageName === undefined || outName === undefined)
    throw new UserMistake(`${printable(text)} does not exist`, 'name a file, a folder, or an out as STAGE.OUT');
  const opened = await openPipeline(pipelineName, options);
  if (opened === undefined) return undefined;
  const { pipeline, project } = opened;
  checkStages(pipeline, [stageName]);
  const { outs } = pipeline.stages.get(stageName)!;
  const out = outs[outName];
  if (out === undefined)
    throw new UserMistake(
      `stage "${stageName}" has no out "${outName}"`,
      suggest(outName, Object.keys(outs), 'its outs'),
    );
  const path = join(project.root, outPath(pipeline.name, stageName, out.path));
  if (lstatSync(path, { throwIfNoEntry: false }) !== undefined) return path;
  throw new UserMistake(
    `${stageName}.${outName} does not stand in the workspace`,
    `\`stemma run ${pipeline.name} ${stageName}\` makes it`,
  );
};

const profiled = async (source: ProfileSource, sample: number, signal: AbortSignal): Promise<Profiled> => {
  const live = isLive(process.stderr);
  const onProgress = (done: number, total: number): void => {
    if (live) process.stderr.write(`\r\x1b[K${done} of ${total} columns`);
  };
  try {
    return await profileData({ source, sample }, { environment: process.env, signal, onProgress });
  } finally {
    if (live) process.stderr.write('\r\x1b[K');
  }
};

const tellFailed = ({ message, hint }: Extract<Profiled, { kind: 'failed' }>): number => {
  process.stderr.write(`error: ${printable(message)}\n${hint === undefined ? '' : `hint: ${printable(hint)}\n`}`);
  return 1;
};

const shown = (name: string, profile: Profile, { column, json }: ProfileCommandOptions): string => {
  const chosen = column === undefined ? undefined : columnNamed(profile, column);
  if (json) return `${JSON.stringify(chosen ?? profile, null, 2)}\n`;
  const view = { paint: createPaint({ color: useColor(process.stdout) }), columns: columnsOf(process.stdout) };
  return chosen === undefined ? renderProfile(name, profile, view) : renderProfileColumn(chosen, profile, view);
};

const columnNamed = ({ columns }: Profile, name: string): Profile['columns'][number] => {
  const found = columns.find((column) => column.name === name);
  if (found !== undefined) return found;
  const names = columns.map((column) => column.name);
  throw new UserMistake(`there is no column "${printable(name)}"`, suggest(name, names, 'its columns'));
};
