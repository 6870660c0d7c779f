import { isExportable } from '../lineage/exportable.ts';
import type { RunAccount } from '../lineage/run-account.ts';
import { unreadable } from '../lineage/stage-account.ts';
import { findProject } from '../load/project.ts';
import { openForReading } from './open-for-reading.ts';
import { accountNamed } from './run-argument.ts';
import { UserMistake } from './user-mistake.ts';

export interface ExportOptions {
  readonly format: 'openlineage' | 'ro-crate' | 'wandb' | 'mlflow';
  readonly out?: string;
  readonly pipeline?: string;
  readonly namespace?: string;
  readonly withFiles?: boolean;
  /** Address of an MLflow server. */
  readonly to?: string;
}

/** `stemma export RUN`: exit code 1 where a record that it needs is damaged or gone, or content that was asked for. */
export const exportRun = async (word: string, options: ExportOptions): Promise<number> => {
  refuseUnused(options);
  const workspace = openForReading(findProject(process.cwd()));
  const account = await accountNamed(word, workspace, options.pipeline);
  if (account === undefined || !isWhole(account)) return 1;
  switch (options.format) {
    case 'openlineage': {
      const { exportOpenLineage } = await import('./export-openlineage.ts');
      return exportOpenLineage(account, options);
    }
    case 'ro-crate': {
      const { exportCrate } = await import('./export-crate.ts');
      return exportCrate(account, workspace, options);
    }
    case 'wandb': {
      const { exportWandb } = await import('./export-wandb.ts');
      return exportWandb(account, workspace, options);
    }
    case 'mlflow': {
      const { exportMlflow } = await import('./export-mlflow.ts');
      return exportMlflow(account, workspace, options);
    }
  }
};

/** An option that another format takes: to do without it in silence would give something else than was asked for. */
const refuseUnused = (options: ExportOptions): void => {
  const unused = (['to', 'namespace', 'withFiles'] as const).filter(
    (name) => options[name] !== undefined && options[name] !== false && takenBy[name].format !== options.format,
  );
  if (unused.length === 0) return;
  throw new UserMistake(
    unused
      .map((name) => `${takenBy[name].flag} is for --format ${takenBy[name].format}, not for ${options.format}`)
      .join('\n'),
    unused.map((name) => takenBy[name].hint).join('; '),
  );
};

const takenBy = {
  to: { flag: '--to', format: 'mlflow', hint: 'name a file or folder with --out' },
  namespace: { flag: '--namespace', format: 'openlineage', hint: 'leave --namespace out' },
  withFiles: { flag: '--with-files', format: 'ro-crate', hint: 'leave --with-files out' },
} as const;

/** Tells what is damaged or gone. An export that leaves out what a stage read and made would look whole to those who get it. */
const isWhole = (account: RunAccount): boolean => {
  if (!isExportable(account)) {
    process.stderr.write(
      `error: the record of run ${account.record.run} is damaged\nhint: \`stemma audit\` finds all that is\n`,
    );
    return false;
  }
  const missing = unreadable(account);
  for (const { stage, stageRun } of missing)
    process.stderr.write(`error: the record of stage "${stage}" (${stageRun}) is damaged or gone\n`);
  if (missing.length > 0) process.stderr.write('hint: `stemma audit` finds all that is\n');
  return missing.length === 0;
};
