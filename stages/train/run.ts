import { join } from 'node:path';
import { readManifest, writeJson } from '../../src/learn/data/dataset.ts';
import { readFitted } from '../../src/learn/data/fitted/artifact.ts';
import { joinNetworks } from '../../src/learn/embed/join.ts';
import { cardOf } from '../../src/learn/models/card-of.ts';
import { type ExampleForm, readExampleForm, writeExampleForm } from '../../src/learn/models/example-form.ts';
import { saveModel } from '../../src/learn/models/files.ts';
import type { Model } from '../../src/learn/models/model.ts';
import { pathOf } from '../../src/learn/paths.ts';
import { attend } from '../../src/learn/training/doctor/attend.ts';
import type { Chart } from '../../src/learn/training/doctor/doctor.ts';
import { checksOf } from '../../src/learn/training/doctor/report.ts';
import { all, type Listener } from '../../src/learn/training/events.ts';
import { inspect, notInspected } from '../../src/learn/training/preflight/inspect.ts';
import { type LoggedStep, writeLog } from '../../src/learn/training/step-log.ts';
import { type Training, train } from '../../src/learn/training/train.ts';
import type { Findings } from '../../src/types/generated/findings.ts';
import type { LintFinding } from '../../src/types/model-program.ts';
import type { StageRun } from '../../src/types/stage.ts';
import { lintTraining } from './lint.ts';
import type { TrainParams } from './params.ts';
import { type Prepared, prepare } from './prepare.ts';
import { reporter } from './reporter.ts';
import { alarm } from './trouble.ts';
import { watch } from './watch.ts';

export { rehearse } from './rehearse.ts';

/** Builds the network, trains it, and writes it with what was recorded. */
export const run: StageRun<TrainParams> = async (context) => {
  const training = await prepare(context);
  const linted = await lintTraining(context, training);
  const people = all(watch(context, training), reporter(context, training.train.rows), alarm(context));
  const before = await preflight(training, context, people);
  const doctor = attend(training, (finding) => people({ type: 'found', finding }));
  let log: readonly LoggedStep[] = [];
  const keepLog: Listener = (event) => {
    if (event.type === 'ended') log = event.log;
  };
  const tell = all(doctor.tell, people, keepLog);
  const history = await train(training, { signal: context.signal, tell, memory: doctor.memory });
  await saveModel(pathOf(context.outs, 'model'), modelOf(training, linted));
  await takeFitted(context);
  await writeExampleForm(pathOf(context.outs, 'model'), await formOf(context));
  await writeJson(pathOf(context.outs, 'history'), history);
  if (training.pretrained !== undefined) await writeJson(pathOf(context.outs, 'pretrained'), training.pretrained);
  await writeLog(pathOf(context.outs, 'steps'), log, training.task);
  await writeJson(pathOf(context.outs, 'findings'), findingsOf(before, doctor.chart()));
};

type Preflight = Pick<Findings, 'checks' | 'findings'>;

const preflight = async (
  training: Training,
  context: Parameters<typeof run>[0],
  tell: Listener,
): Promise<Preflight> => {
  if (!context.params.preflight) return notInspected;
  const looked = await inspect(training, { seed: context.seed('preflight'), tell });
  for (const finding of looked.findings) await tell({ type: 'found', finding });
  return looked;
};

const findingsOf = (before: Preflight, chart: Chart): Findings => ({
  format: 'stemma-findings-v1',
  checks: [...before.checks, ...checksOf(chart)],
  findings: [...before.findings, ...chart.findings],
});

/** What makes raw rows into the features of the model stays with it. */
const takeFitted = async ({ deps, outs }: Parameters<typeof run>[0]): Promise<void> => {
  if (deps['fitted'] === undefined) return;
  const fitted = await readFitted(deps['fitted']);
  await writeJson(join(pathOf(outs, 'model'), 'fitted.json'), fitted);
};

/** What the model's examples look like: with frozen layers before it, those that these take. */
const formOf = ({ deps }: Parameters<typeof run>[0]): Promise<ExampleForm> =>
  deps['prefix'] === undefined ? readManifest(pathOf(deps, 'train')) : readExampleForm(deps['prefix']);

/** What was trained; with the frozen layers before it, where there are some. */
const modelOf = ({ network: trained, prefix, train: examples }: Prepared, findings: readonly LintFinding[]): Model => {
  if (prefix === undefined) return { network: trained, card: cardOf(trained, examples, findings) };
  const network = joinNetworks(prefix.network, trained);
  // Whatever the layers call their one input, the whole takes what the frozen ones do.
  const { inputs: _, ...card } = cardOf(network, examples, findings);
  return { network, card: { ...card, features: prefix.card.features } };
};
