import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { auditNow, told } from '../audit/rig.ts';
import { isNight, oneOfEach, seedOfRun } from '../rig/depth.ts';
import { run, runWell } from '../rig/kept.ts';
import { openProject, temporaryFolder } from '../rig/project.ts';
import type { Run } from '../rig/stemma.ts';
import { snapshot, storeProblems } from '../rig/store.ts';
import { different, isEnding, keptOf, lost, processesIn, type Right, rightOf } from './checks.ts';
import {
  countCalls,
  type Kill,
  killed,
  kindOfCall,
  makeStale,
  prepareScenario,
  renew,
  type When,
  writeFinal,
} from './scenario.ts';

// Invariant 5, at every moment: a run is killed at each call that changes the disk, and the next one puts all right.

// `make test` kills at one call of each kind (`kindOfCall`), other ones for each commit; `make nightly` at all calls, 2,000 times.
const wanted = 2000;
const seed = seedOfRun();

test('after kills at each kind of write, rename, flush and removal, by night at every one, the next run is right', {
  timeout: isNight ? 3_600_000 : 900_000,
}, async () => {
  const folder = temporaryFolder();
  await Promise.all(lanes.map((name) => prepareLane(join(folder, name))));
  const whole = renew(preparedOf(join(folder, lanes[0])), join(folder, 'whole'));
  const calls = await countCalls(whole);
  const right = rightOf(whole);
  const clean = openProject(join(folder, 'clean'));
  writeFinal(clean);
  await runWell(clean);
  expect({ ...rightOf(clean), schema: right.schema }).toEqual(right);

  const kills = planKills(calls);
  console.log(`${kills.length} kills at ${calls.length} calls, seed ${seed}`);
  const wrong: string[] = [];
  let orphaned = 0;
  const next = kills.entries();
  const lane = async (root: string) => {
    for (const [i, kill] of next) {
      const isAudited = i % auditedOnce === 0;
      const outcome = await killAndRecover(kill, { root, right, isAudited }).catch(unreadable);
      wrong.push(...outcome.wrong.map((problem) => `${kill.when} ${kill.call}: ${problem}`));
      orphaned += outcome.orphans;
    }
  };
  await Promise.all(lanes.map((name) => lane(join(folder, name))));
  expect(wrong).toEqual([]);
  // Some kills have to leave processes behind, or the test would not show that the next run ends them.
  expect(orphaned).toBeGreaterThan(0);
});

// More than the two cores: each waits for its processes to start and end.
const lanes = ['one', 'two', 'three'] as const;

/** The notes of bundled code hold absolute paths: each lane has its own prepared project, made where it is used. */
const prepareLane = async (root: string): Promise<void> => {
  await prepareScenario(root);
  renew(root, preparedOf(root));
};

const preparedOf = (root: string): string => `${root}-prepared`;

/**
 * One kill at each kind of call, in every manner by turns. What only opens a file, makes a folder or sets a mode or time
 * has no turn by day. By night each call counts; and as many more as are wanted, at random.
 */
const planKills = (calls: readonly string[]): Kill[] => {
  const counted = calls.filter(
    (call) => isNight || !(isRepeatedLock(call) || /^(open|mkdir|chmod|utimes) /.test(call)),
  );
  const first = oneOfEach(counted, kindOfCall, seed).map(
    (call, i): Kill => ({ call, when: /^(write|copyFile)/.test(call) ? 'half' : i % 2 === 0 ? 'before' : 'after' }),
  );
  const orphans: Kill[] = first.some(({ call }) => call === afterStart) ? [] : [{ call: afterStart, when: 'after' }];
  const any = fc.record({ call: fc.constantFrom(...calls), when: fc.constantFrom<When>('before', 'half', 'after') });
  const more = isNight ? Math.max(0, wanted - first.length) : 0;
  return [...orphans, ...first, ...fc.sample(any, { numRuns: more, seed })];
};

/** A stage's process has just been started: killed there, a run leaves it behind, however few the kills. */
const afterStart = 'writeFile artifacts/.store/work-v1/x/process.json #1';

/** Each lock is taken and given back by the same calls, many times in a run. */
const isRepeatedLock = (call: string): boolean => /locks-v1/.test(call) && !call.endsWith('#1');

/** A file that the checks cannot read is one more thing that is wrong, and the other kills still count. */
const unreadable = (error: Error): Outcome => ({ wrong: [String(error)], orphans: 0 });

interface Outcome {
  readonly wrong: readonly string[];
  /** Processes that the killed run left behind. */
  readonly orphans: number;
}

interface Place {
  readonly root: string;
  readonly right: Right;
  readonly isAudited: boolean;
}

/** An audit hashes all there is, so that not every kill is followed by two, but each night. */
const auditedOnce = isNight ? 1 : 8;

const auditOf = async (root: string, when: string | false): Promise<string[]> =>
  when === false ? [] : told(await auditNow(root)).map((finding) => `an audit ${when}: ${finding}`);

const killAndRecover = async (kill: Kill, { root, right, isAudited }: Place): Promise<Outcome> => {
  const prepared = preparedOf(root);
  const project = renew(prepared, root);
  if (/code-v1|schemas/.test(kill.call)) makeStale(project);
  const { signal, stderr } = await killed(project, kill);
  if (signal !== 'SIGKILL') return { wrong: [`was not killed: ${stderr}`], orphans: 0 };
  const orphans = processesIn(root);
  const early = await auditOf(root, isAudited && 'before the next run');
  const entries = snapshot(join(root, 'artifacts/.store/fingerprints-v1'));
  const before = { ...keptOf(prepared), ...keptOf(root) };
  const next = await run(project);
  const left = processesIn(root).filter((pid) => !isEnding(pid));
  if (next.exitCode !== 0)
    return { wrong: [`the next run: ${next.exitCode}\n${next.stdout}\n${next.stderr}`], orphans: 0 };
  const late = await auditOf(root, isAudited && 'after the next run');
  const problems = [
    ...early,
    ...late,
    ...storeProblems(root),
    ...left.map((pid) => `process ${pid} is left over`),
    ...lost(before, root),
    ...repeated(next, entries),
    ...different(right, project),
  ];
  return { wrong: problems, orphans: orphans.length };
};

/** Stages that the killed run had cached already, and that were executed again. */
const repeated = ({ ended }: Run, entries: Readonly<Record<string, string>>): string[] =>
  Object.values(ended).flatMap(({ stage, state, fingerprint }) => {
    const hex = fingerprint!.slice('sha256:'.length);
    const cached = `${hex.slice(0, 2)}/${hex.slice(2)}.json` in entries;
    return state === 'ran' && cached ? [`${stage} was executed again`] : [];
  });
