import { readAccount } from '../lineage/run-account.ts';
import { mlflowRun } from '../lineage/trackers/mlflow/entities.ts';
import { sayWhy } from '../lineage/trackers/mlflow/say-why.ts';
import { sendRun } from '../lineage/trackers/mlflow/send.ts';
import type { RunEvent } from '../types/events.ts';
import type { Project } from '../types/pipeline.ts';
import { tellCut } from './export-mlflow.ts';
import type { LiveSink } from './live-lineage.ts';
import { mlflowServer, nameOf } from './mlflow-settings.ts';
import { openForReading } from './open-for-reading.ts';
import { toldAccount } from './told-account.ts';

/**
 * A run that is told to an MLflow server when it has ended and its record is written. Undefined where nobody asked for
 * it; throws the user's mistakes before anything runs. What the server does with it changes nothing of the run.
 */
export const openMlflowSink = (option: string | undefined, project: Project): LiveSink | undefined => {
  const given = option ?? process.env['STEMMA_MLFLOW_URL'];
  if (!given) return undefined;
  const server = mlflowServer(given, option === undefined ? 'STEMMA_MLFLOW_URL' : '--mlflow', process.env);
  let ended: string | undefined;
  return {
    event: (event: RunEvent) => {
      if (event.type === 'run-ended') ended = event.run;
    },
    close: async () => {
      if (ended === undefined) return;
      try {
        const workspace = openForReading(project);
        const account = readAccount(ended, workspace.records);
        if (account === undefined) return;
        const run = mlflowRun(await toldAccount(account, workspace));
        tellCut(run);
        await sendRun(run, { server, record: account.digest, signal: AbortSignal.timeout(patience) });
      } catch (error) {
        const hint = `\`stemma export ${ended} --format mlflow --to ${nameOf(server)}\` sends it again`;
        process.stderr.write(`note: the run did not reach ${nameOf(server)}: ${sayWhy(error)}\nhint: ${hint}\n`);
      }
    },
  };
};

// For all requests together: the run is over, and somebody waits for the prompt.
const patience = 5000;
