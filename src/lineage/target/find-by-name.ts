import { suggest } from '../../diagnostics/suggest.ts';
import type { Digest } from '../../fingerprint/canonical.ts';
import type { RunRow } from '../index/rows.ts';
import { targetOfDigest } from './find-by-digest.ts';
import type { FoundTarget, Search, Target } from './target.ts';

/**
 * Finds `stage.out`, or a stage's run, in the newest run that has it, or in the one asked for. Undefined where the text is
 * no such name, or no stage ever had it and nobody asked for a pipeline or a run.
 */
export const findByName = (text: string, search: Search): FoundTarget | undefined => {
  const [, stage, out] = /^([a-z][a-z0-9_-]*)(?:\.([a-z][a-z0-9_-]*))?$/.exec(text) ?? [];
  if (stage === undefined) return undefined;
  const runs = runsAsked(search);
  if ('problem' in runs) return runs;
  // A stage that is not in the last runs of one pipeline is mostly another's: then nobody looks through thousands.
  const looking = { runs, stage, out };
  const last = havingIn({ ...looking, most: lastRuns }, search);
  const having = last.length > 0 ? last : havingIn({ ...looking, most: Number.POSITIVE_INFINITY }, search);
  if (having.length === 1) return targetIn(having[0]!, search);
  if (having.length > 1)
    return {
      problem: 'mistake',
      message: `several pipelines have ${text}`,
      hint: `name one with --pipeline: ${having.map(({ pipeline }) => pipeline).join(', ')}`,
    };
  return search.run === undefined && search.pipeline === undefined ? undefined : notThere(text, runs, search);
};

/** The runs to look through, the newest first. */
const runsAsked = ({ index, run, pipeline }: Search): readonly RunRow[] | Extract<FoundTarget, { problem: string }> => {
  const runs = index.runs().filter((row) => pipeline === undefined || row.pipeline === pipeline);
  if (runs.length === 0 && pipeline !== undefined) {
    const known = new Set(index.runs().map((row) => row.pipeline));
    const hint = suggest(pipeline, known, 'pipelines that ran');
    return { problem: 'mistake', message: `pipeline "${pipeline}" never ran`, ...(hint !== undefined && { hint }) };
  }
  const asked = run === undefined ? runs : runs.filter((row) => row.run === run);
  if (asked.length > 0) return [...asked].reverse();
  const hint =
    suggest(
      run!,
      runs.slice(-50).map((row) => row.run),
    ) ?? '`stemma runs` lists them';
  return run === undefined ? [] : { problem: 'mistake', message: `there is no run "${run}"`, hint };
};

interface Having {
  readonly pipeline: string;
  readonly stageRun: Digest;
  readonly out?: string | undefined;
}

const lastRuns = 50;

interface Looking {
  /** The newest first. */
  readonly runs: readonly RunRow[];
  readonly stage: string;
  readonly out: string | undefined;
  /** How many runs of each pipeline are looked at. */
  readonly most: number;
}

/** Of each pipeline that has it, the newest stage run that made the out. */
const havingIn = (looking: Looking, search: Search): readonly Having[] => {
  const pipelines = [...new Set(looking.runs.map(({ pipeline }) => pipeline))];
  return pipelines.flatMap((pipeline) => newestIn(pipeline, looking, search) ?? []);
};

const newestIn = (pipeline: string, { runs, stage, out, most }: Looking, search: Search): Having | undefined => {
  const table = search.index.stageRuns();
  for (const { run } of runs.filter((row) => row.pipeline === pipeline).slice(0, most)) {
    const named = search.records.readRun(run)?.stages.find((each) => each.stage === stage);
    const number = named?.stageRun === undefined ? undefined : table.find(named.stageRun as Digest);
    if (number === undefined) continue;
    if (out === undefined || table.get(number).outs.some(({ name }) => name === out))
      return { pipeline, stageRun: named!.stageRun as Digest, out };
  }
  return undefined;
};

/** An out of a certain stage run: made by that one, whoever else made the same bytes. */
const targetIn = ({ stageRun, out }: Having, search: Search): Target => {
  if (out === undefined) return targetOfDigest(stageRun, search)!;
  const table = search.index.stageRuns();
  const number = table.find(stageRun)!;
  const { digest } = table.get(number).outs.find(({ name }) => name === out)!;
  return { ...targetOfDigest(digest, search)!, madeBy: [number] };
};

const notThere = (text: string, runs: readonly RunRow[], search: Search): FoundTarget => {
  const hint = suggestName(text, runs, search) ?? suggest(text.split('.')[0]!, namesIn(runs, search).stages, 'stages');
  const where = search.run === undefined ? `pipeline "${search.pipeline}"` : `run ${search.run}`;
  return { problem: 'mistake', message: `${where} has no ${text}`, ...(hint !== undefined && { hint }) };
};

/** What was probably meant by a name that no stage or out has, of the newest run of each pipeline. */
export const suggestName = (text: string, runs: readonly RunRow[], search: Search): string | undefined => {
  const [stage] = text.split('.');
  const { stages, outs } = namesIn(runs, search);
  const near = suggest(text, text.includes('.') ? outs : stages);
  if (near !== undefined || !text.includes('.') || !stages.includes(stage!)) return near;
  return suggest(
    text,
    [...outs].filter((out) => out.startsWith(`${stage}.`)),
    `outs of "${stage}"`,
  );
};

/** Of the first run of each pipeline in a list. */
const namesIn = (runs: readonly RunRow[], { index, records }: Search) => {
  const table = index.stageRuns();
  const newest = new Map(runs.toReversed().map((row) => [row.pipeline, row.run]));
  const entries = [...newest.values()].flatMap((run) => records.readRun(run)?.stages ?? []);
  const outs = entries.flatMap(({ stage, stageRun }) => {
    const number = stageRun === undefined ? undefined : table.find(stageRun as Digest);
    return number === undefined ? [] : table.get(number).outs.map(({ name }) => `${stage}.${name}`);
  });
  return { stages: [...new Set(entries.map(({ stage }) => stage))], outs: [...new Set(outs)] };
};
