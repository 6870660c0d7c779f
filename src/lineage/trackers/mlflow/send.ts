import { batchesOf } from './batches.ts';
import { type MlflowRun, recordTag } from './entities.ts';
import { ask, type MlflowServer, Refused } from './server.ts';

/** What became of a run that was sent: made, finished where an earlier try had broken off, or there already. */
export interface Sent {
  readonly what: 'made' | 'completed' | 'was there';
  readonly experimentId: string;
  readonly runId: string;
}

export interface Sending {
  readonly server: MlflowServer;
  /** Digest of the run's record, by which it is found again. */
  readonly record: string;
  readonly signal: AbortSignal;
}

/**
 * Sends a run to a tracking server, once: a run with the same record that is there and not under way stays as it is.
 * One that was broken off is taken up: MLflow takes the same param again, and drops a metric that it has. Throws
 * `Refused`, and whatever `fetch` throws.
 */
export const sendRun = async (run: MlflowRun, { server, record, signal }: Sending): Promise<Sent> => {
  const post = (path: string, body: unknown) => ask(server, { path, body }, signal);
  const experimentId = await experimentOf(run.experiment, server, signal);
  const found = await findRun(experimentId, record, post);
  if (found !== undefined && found.status !== 'RUNNING') return { what: 'was there', experimentId, runId: found.runId };
  const runId = found?.runId ?? (await createRun(run, { experimentId, record, post }));
  for (const batch of batchesOf(run, runId)) await post('runs/log-batch', batch);
  await post('runs/update', { run_id: runId, status: run.status, end_time: run.ended, run_name: run.name });
  return { what: found === undefined ? 'made' : 'completed', experimentId, runId };
};

type Post = (path: string, body: unknown) => Promise<unknown>;

/** The id of the experiment with a name, which is made where there is none. */
const experimentOf = async (name: string, server: MlflowServer, signal: AbortSignal): Promise<string> => {
  const byName = { path: 'experiments/get-by-name', query: { experiment_name: name } };
  const find = async () => {
    const answer = (await ask(server, byName, signal)) as { readonly experiment?: Experiment } | undefined;
    const experiment = answer?.experiment;
    if (experiment?.lifecycle_stage === 'deleted') throw new Unfit(`its experiment "${name}" is deleted`);
    return idIn(experiment?.experiment_id);
  };
  try {
    return await find();
  } catch (error) {
    if (!isCode(error, 'RESOURCE_DOES_NOT_EXIST')) throw error;
  }
  try {
    const made = await ask(server, { path: 'experiments/create', body: { name } }, signal);
    return idIn((made as Experiment | undefined)?.experiment_id);
  } catch (error) {
    // Another run was faster.
    if (!isCode(error, 'RESOURCE_ALREADY_EXISTS')) throw error;
    return find();
  }
};

interface Experiment {
  readonly experiment_id?: unknown;
  readonly lifecycle_stage?: unknown;
}

const findRun = async (experimentId: string, record: string, post: Post) => {
  const answer = (await post('runs/search', {
    experiment_ids: [experimentId],
    filter: `tags."${recordTag}" = '${record}'`,
    run_view_type: 'ACTIVE_ONLY',
    max_results: 1,
  })) as { readonly runs?: readonly { readonly info?: { readonly run_id?: unknown; readonly status?: unknown } }[] };
  const info = answer?.runs?.[0]?.info;
  return info === undefined ? undefined : { runId: idIn(info.run_id), status: info.status };
};

const createRun = async (
  { name, started }: MlflowRun,
  { experimentId, record, post }: { readonly experimentId: string; readonly record: string; readonly post: Post },
): Promise<string> => {
  const tags = [{ key: recordTag, value: record }];
  const body = { experiment_id: experimentId, run_name: name, start_time: started, tags };
  const made = (await post('runs/create', body)) as {
    readonly run?: { readonly info?: { readonly run_id?: unknown } };
  };
  return idIn(made?.run?.info?.run_id);
};

/** What answers is no MLflow server, or cannot take the run. */
export class Unfit extends Error {
  override readonly name = 'Unfit';
}

const idIn = (id: unknown): string => {
  if (typeof id === 'string' && /^[\w-]{1,256}$/.test(id)) return id;
  throw new Unfit('the answer is not one of MLflow');
};

const isCode = (error: unknown, code: string): boolean => error instanceof Refused && error.code === code;
