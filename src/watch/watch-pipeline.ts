import { relative } from 'node:path';
import { selectStages } from '../plan/plan.ts';
import { openWorkspace, type Workspace } from '../plan/workspace.ts';
import { expectedProblem } from '../run/expected-problem.ts';
import { type HostPlace, hostPlace } from '../run/host-process.ts';
import type { UnusableInputs } from '../run/run-pipeline.ts';
import type { Pipeline } from '../types/pipeline.ts';
import type { WatchEvent } from '../types/watch-events.ts';
import { brokenInterests } from './broken-interests.ts';
import type { Trigger } from './changes.ts';
import { checkPipeline, type Finding, toProblem } from './check.ts';
import { codeInputs } from './code-inputs.ts';
import { type Interest, interestsOf } from './interests.ts';
import { judge } from './judge.ts';
import { type Effect, type Event, initial, type State, step } from './machine.ts';
import type { WatchRequest } from './request.ts';
import { metricsNow, resultsOf } from './results.ts';
import { type FollowedRun, followRun } from './run-under-way.ts';
import { createSettleTimer } from './settle-timer.ts';
import { waitingEvent } from './waiting.ts';
import { type WatchedFiles, watchFiles } from './watched-files.ts';

/** A watch under way. */
export interface Watching {
  /** Resolves when it has been asked to end and has ended; rejects where it cannot go on. */
  readonly done: Promise<void>;
  /** Runs again, also what failed, though nothing changed. */
  readonly again: () => void;
}

/** Runs a pipeline, and again whenever something that it depends on changes. The machine decides; this carries out. */
export const watchPipeline = (request: WatchRequest): Watching => {
  let again = (): void => {};
  const done = new Promise<void>((resolve, reject) => {
    const watch = createWatch(request, { resolve, reject });
    again = () => watch.dispatch({ type: 'asked' });
    watch.start().catch(reject);
  });
  return { done, again };
};

interface Ending {
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

const createWatch = (request: WatchRequest, ending: Ending) => {
  const { project, targets, emit } = request;
  const failures = new Map<string, string>();
  const stopRun = new AbortController();
  let state: State = initial;
  let current: { readonly pipeline: Pipeline; readonly stillFailing: readonly string[] } | undefined;
  let run: FollowedRun | undefined;
  let lastRun: FollowedRun | undefined;
  let running: Promise<void> = Promise.resolve();
  let hasBegun = false;
  let told = '';
  let good: readonly Interest[] = [];

  const dispatch = (event: Event): void => {
    const next = step(state, event);
    state = next.state;
    for (const effect of next.effects) perform(effect);
  };
  const files: WatchedFiles = watchFiles({
    root: project.root,
    ...(request.poll !== undefined && { poll: request.poll }),
    suspects: () => lastRun?.suspects(request.poll === undefined ? 'at once' : 'later') ?? [],
    onChanges: (changes) => dispatch({ type: 'changed', changes }),
    onError: (error) => fail(error),
  });
  const timer = createSettleTimer(
    async () => {
      // What a stage wrote last belongs to its run, though it may be told late.
      if (state.phase === 'lingering') await files.catchUp();
    },
    () => dispatch({ type: 'settled' }),
  );
  const finish = (): void => {
    timer.stop();
    request.spare.end();
    files.close().then(ending.resolve, ending.reject);
  };
  const fail = (error: unknown): void => {
    timer.stop();
    stopRun.abort();
    request.spare.end();
    // Its stages are ended and its record is written before it is told.
    void Promise.allSettled([running, files.close()]).then(() => ending.reject(error));
  };
  const shown = (path: string): string => (path.startsWith(`${project.root}/`) ? relative(project.root, path) : path);
  const shownAll = (paths: readonly string[]): string[] =>
    paths
      .filter((path) => path !== '')
      .map(shown)
      .sort();
  /** Node's start is what takes longest between a saved file and the stage that reads it. */
  const prepareStage = ({ stages }: Pipeline): void => {
    if ([...stages.values()].some(({ kind }) => kind === 'uses')) request.spare.prepare(usualPlace(request));
  };
  const open = (): Workspace => openWorkspace({ ...request, notice: (message) => emit({ type: 'notice', message }) });

  const perform = (effect: Effect): void => {
    switch (effect.do) {
      case 'settle':
        timer.start();
        break;
      case 'check':
        void check(effect.trigger).then((result) => dispatch({ type: 'checked', result }), fail);
        break;
      case 'run':
        running = execute();
        void running.then(() => dispatch({ type: 'run-ended' }), fail);
        break;
      case 'judge':
        void judgeNow(effect).then((judged) => dispatch({ type: 'judged', run: effect.run, ...judged }), fail);
        break;
      case 'end stages':
        emit({ type: 'watch-ending', stages: effect.stages, paths: shownAll(effect.paths) });
        run?.endStages(effect.stages);
        break;
      case 'leave out':
        emit({ type: 'watch-left-out', path: shown(effect.path), stages: effect.stages });
        break;
      case 'forget failures':
        failures.clear();
        break;
      case 'wait':
        emit(waitingEvent(files, { poll: request.poll, stillFailing: current?.stillFailing ?? [] }));
        if (current !== undefined) prepareStage(current.pipeline);
        break;
      case 'stop run':
        stopRun.abort();
        break;
      case 'finish':
        finish();
    }
  };

  const check = async (trigger: Trigger): Promise<'run' | 'nothing' | 'broken'> => {
    tellWhy(trigger);
    const finding = await look().catch(asBlocked);
    switch (finding.kind) {
      case 'broken':
        tellOnce(trigger, { type: 'watch-broken', diagnostics: finding.diagnostics });
        return 'broken';
      case 'blocked':
        tellOnce(trigger, { type: 'watch-blocked', problems: finding.problems });
        return 'broken';
      case 'nothing':
        if (isTold(trigger)) emit({ type: 'watch-nothing-to-do', stillFailing: finding.stillFailing });
        return 'nothing';
      case 'run':
        return 'run';
    }
  };

  /** A look that nobody asked for does not tell the same problem again. */
  const tellOnce = (trigger: Trigger, problem: WatchEvent): void => {
    const text = JSON.stringify(problem);
    if (isTold(trigger) || text !== told) emit(problem);
    told = text;
  };

  const tellWhy = (trigger: Trigger): void => {
    const paths = shownAll([...trigger.changes, ...trigger.echoes].map(({ path }) => path));
    const why = paths.length > 0 ? 'change' : hasBegun ? 'asked' : 'start';
    hasBegun = true;
    if (isTold(trigger)) emit({ type: 'watch-woke', why, paths });
  };

  const look = async (): Promise<Finding> => {
    await request.prepare();
    const loaded = await request.load();
    if (!loaded.ok) {
      files.setInterests([...good, ...brokenInterests(project, request.file)]);
      current = undefined;
      return { kind: 'broken', diagnostics: loaded.diagnostics };
    }
    const { pipeline } = loaded;
    const workspace = open();
    await heed(pipeline, workspace);
    const stillFails = (problem: string): boolean => failures.has(problem);
    const finding = await checkPipeline({ pipeline, targets, workspace, stillFails });
    workspace.statCache.save();
    current = { pipeline, stillFailing: 'stillFailing' in finding ? finding.stillFailing : [] };
    return finding;
  };

  /** Watches what a pipeline depends on as it is now. */
  const heed = async (pipeline: Pipeline, workspace: Workspace): Promise<void> => {
    const stages = selectStages(
      pipeline,
      targets.filter((name) => pipeline.stages.has(name)),
    );
    good = interestsOf(pipeline, stages, { project, codes: await codeInputs(stages, workspace) });
    files.setInterests(good);
  };

  const execute = async (): Promise<void> => {
    const { pipeline } = current!;
    const followed = followRun(pipeline, targets, failures);
    run = followed;
    lastRun = followed;
    const before = metricsNow(pipeline, open().records);
    try {
      const { outcomes } = await request.run({
        pipeline,
        steering: followed.steering,
        signal: stopRun.signal,
        emit: (event) => {
          followed.follow(event);
          emit(event);
        },
      });
      const results = resultsOf(outcomes, before, pipeline);
      if (results.length > 0) emit({ type: 'watch-results', results });
      current = { pipeline, stillFailing: followed.failing() };
      prepareStage(pipeline);
    } catch (error) {
      if (isUnusable(error)) emit({ type: 'watch-blocked', problems: error.problems.map(toProblem) });
      else if (!(error instanceof Error && error.name === 'Interrupted')) throw error;
    } finally {
      run = undefined;
    }
  };

  const judgeNow = async ({ changes }: Effect & { do: 'judge' }) => {
    // Between its effect and its end the run may have come to its own.
    const judged = run;
    if (judged === undefined) return { pointless: [], irrelevant: [] };
    const loaded = await request.load();
    const pipeline = loaded.ok ? loaded.pipeline : undefined;
    const { touched } = files.relevance();
    const judgement = await judge({ run: judged.state, changes, pipeline, touched, workspace: open() });
    const { irrelevant } = judgement;
    if (irrelevant.length > 0) emit({ type: 'watch-spared', paths: shownAll(irrelevant) });
    return judgement;
  };

  const start = async (): Promise<void> => {
    request.signal.addEventListener('abort', () => dispatch({ type: 'stopped' }), { once: true });
    const loaded = await request.load();
    if (loaded.ok) await heed(loaded.pipeline, open());
    else files.setInterests(brokenInterests(project, request.file));
    await files.ready();
    if (request.signal.aborted) dispatch({ type: 'stopped' });
    else dispatch({ type: 'started' });
  };

  return { start, dispatch };
};

/** Where a stage runs that declares no environment and takes no GPU. */
const usualPlace = ({ project, environment }: WatchRequest): HostPlace =>
  hostPlace(
    { env: { declared: {}, passed: [] } },
    { root: project.root, environment, grant: { environment: {}, devices: [] } },
  );

/** Files that go away while they are looked at are told of, and by that looked at again. */
const asBlocked = (error: unknown): Finding => {
  const message = expectedProblem(error);
  if (message === undefined) throw error;
  return { kind: 'blocked', problems: [{ message }] };
};

/** What only a look at nobody's request found is not worth a word, if there is nothing to do. */
const isTold = ({ changes, echoes, asked }: Trigger): boolean =>
  asked || [...changes, ...echoes].some(({ path }) => path !== '');

// By name, as the command line does.
const isUnusable = (error: unknown): error is UnusableInputs =>
  error instanceof Error && error.name === 'UnusableInputs';
