import { execFile } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import type { ToldRun } from '../../../../src/lineage/trackers/told-run.ts';
import { offlineRun } from '../../../../src/lineage/trackers/wandb/run-folder.ts';
import { temporaryFolder } from '../../../rig/project.ts';
import { createWandb } from '../../../rig/wandb-server.ts';
import { failedTold, hostileTold, mnistTold } from '../told.ts';

// `wandb sync` reads a run with its own reader, and uploads it to a server on loopback that keeps what came.

const python = process.env['STEMMA_TEST_WANDB'];
if (python === undefined) console.log('STEMMA_TEST_WANDB names no Python with wandb 0.30: no run is synced');

/** Many more epochs than fit into a block of the log, and a config that is cut into pieces. */
const largeTold: ToldRun = {
  ...mnistTold,
  params: [...mnistTold.params, { stage: 'large', params: { text: 'x'.repeat(100_000) } }],
  epochs: Array.from({ length: 3000 }, (_, at) => ({ ...mnistTold.epochs[0]!, epoch: at + 1 })),
};

describe.skipIf(python === undefined)('wandb sync', () => {
  it.each([
    ['of MNIST', mnistTold, 0],
    ['that failed', failedTold, 1],
    ['with hostile names and values', hostileTold, 0],
    ['with 3,000 epochs', largeTold, 0],
  ])(
    'reads all of a run %s',
    async (_, told, exitcode) => {
      const server = await createWandb();
      const home = temporaryFolder();
      const { folder, file, bytes } = offlineRun(told);
      mkdirSync(join(home, folder));
      writeFileSync(join(home, folder, file), bytes);
      const env = { PATH: process.env['PATH'], HOME: home, WANDB_BASE_URL: server.url, WANDB_API_KEY: 'a'.repeat(40) };
      const { stderr } = await promisify(execFile)(
        python as string,
        ['-m', 'wandb', 'sync', '--entity', 'me', folder],
        {
          ...{ cwd: home, env: { ...env, WANDB_ERROR_REPORTING: 'false' } },
        },
      );
      expect(stderr).toContain('Finished syncing');
      expect(server.exit).toEqual({ complete: true, exitcode });
      expect(server.upserts[0]).toMatchObject({
        name: told.id.slice(0, 16),
        displayName: told.record.run,
        project: 'mnist',
      });
      const config = JSON.parse(server.upserts.at(-1)!['config'] as string) as Record<string, { value: unknown }>;
      // Of a stage without params, wandb keeps no word.
      for (const { stage, params } of told.params) expect(config[stage]?.value ?? {}).toEqual(params);
      const rows = server.history.map((row) => JSON.parse(row) as Record<string, number>);
      expect(rows.map((row) => [row['_step'], row['train.epochs/epoch'], row['train.epochs/val_loss']])).toEqual(
        told.epochs.map(({ epoch, values }, step) => [step, epoch, new Map(values).get('val_loss')]),
      );
      // Python's JSON has names for numbers that are none.
      const summary = JSON.parse(server.summary!.replace(/:(-?Infinity|NaN)/g, ':"$1"')) as Record<string, unknown>;
      for (const { stage, name, value } of told.metrics)
        expect(summary[`${stage}/${name}`], name).toBe(Number.isFinite(value) ? value : String(value));
    },
    120_000,
  );
});
